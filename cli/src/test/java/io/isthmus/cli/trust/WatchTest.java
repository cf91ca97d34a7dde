package io.isthmus.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.cli.CommandException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Instant BEGIN = Instant.parse("2026-11-27T12:00:00Z");

  private final StringWriter text = new StringWriter();

  /** Of the time, which passes at each pause; interrupted when it has lasted for long enough. */
  private static final class Time implements Pace {
    private final Instant end;
    private Instant now = BEGIN;

    Time(Duration lasts) {
      this.end = BEGIN.plus(lasts);
    }

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void pause(Duration time) {
      now = now.plus(time);
      if (now.isAfter(end)) {
        throw CommandException.refused("stopped waiting", "interrupted", "look again");
      }
    }
  }

  private static TrustReport report(TrustDomainStatus status, Instant now) {
    TrustDomain west = Statuses.domain("west", TrustDomainSpec.own("west.demo"), status);
    return TrustReport.of(
        List.of(new Survey.View("west", "context west", west, List.of(west), List.of())),
        List.of(),
        now);
  }

  private static TrustReport steady(long sequence, Instant now) {
    Statuses statuses = new Statuses(now);
    return report(new Statuses(BEGIN).steady(sequence, statuses.enforced(sequence, 1)), now);
  }

  private void follow(PrintWriter out, Time time, TrustReport... reports) {
    Deque<TrustReport> next = new ArrayDeque<>(List.of(reports));
    TrustReport last = reports[reports.length - 1];
    new Watch(out, time)
        .follow(
            () -> next.isEmpty() ? last : next.poll(),
            report ->
                out.printf(
                    "%s sequence %d%n", time.now(), report.trustDomains().getFirst().sequence()));
  }

  @Test
  void showsEachChangeOnceUntilItIsInterrupted() {
    PrintWriter out = new PrintWriter(text, true);
    assertThatThrownBy(() ->
            follow(
                out,
                new Time(Duration.ofSeconds(10)),
                steady(7, BEGIN),
                steady(7, BEGIN),
                steady(8, BEGIN)))
        .isInstanceOf(CommandException.class)
        .hasMessage("stopped waiting");
    assertThat(text.toString().lines())
        .containsExactly("2026-11-27T12:00:00Z sequence 7", "2026-11-27T12:00:04Z sequence 8");
  }

  @Test
  void reportThatComesAgainIsNoChangeUntilItIsLate() {
    PrintWriter out = new PrintWriter(text, true);
    Instant later = BEGIN.plusSeconds(2);
    TrustDomainStatus silent = new Statuses(BEGIN).steady(7, new Statuses(BEGIN).stale(7));
    assertThatThrownBy(() ->
        follow(
            out,
            new Time(Duration.ofSeconds(10)),
            untouched(BEGIN),
            untouched(later),
            report(silent, later)));
    assertThat(text.toString().lines())
        .containsExactly("2026-11-27T12:00:00Z sequence 7", "2026-11-27T12:00:04Z sequence 7");
  }

  /** The same leaves and connections, said at another time. */
  private static TrustReport untouched(Instant now) {
    TrustReport.Domain domain = steady(7, BEGIN).trustDomains().getFirst();
    Enforced said = domain.enforcedBy().getFirst();
    Enforced again =
        new Enforced(
            said.cluster(),
            now.toString(),
            true,
            said.sequence(),
            said.digest(),
            said.verifiers(),
            said.enforcing(),
            said.unreported(),
            said.waitingFor(),
            said.silent(),
            said.refused(),
            said.leaves(),
            said.connections());
    return new TrustReport(
        List.of(
            new TrustReport.Domain(
                domain.trustDomain(),
                domain.source(),
                domain.phase(),
                domain.bundle(),
                domain.anchors(),
                domain.issuer(),
                domain.rotation(),
                domain.revoked(),
                domain.conditions(),
                List.of(again))),
        List.of(),
        List.of());
  }

  @Test
  void endsWhereNobodyReadsAnyMore() {
    Writer closed =
        new Writer() {
          private int written;

          @Override
          public void write(char[] text, int from, int length) throws IOException {
            if (++written > 1) {
              throw new IOException("Broken pipe");
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Time forever = new Time(Duration.ofDays(1));
    follow(new PrintWriter(closed, true), forever, steady(7, BEGIN), steady(8, BEGIN));
    assertThat(forever.now()).isBefore(BEGIN.plusSeconds(60));
  }
}

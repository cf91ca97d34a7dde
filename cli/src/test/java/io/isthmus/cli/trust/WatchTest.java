package io.isthmus.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Pace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Instant BEGIN = Instant.parse("2026-11-27T12:00:00Z");

  private final StringWriter text = new StringWriter();
  private final StringWriter beside = new StringWriter();

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

  private static TrustReport waiting(String phase, Instant now, String... lines) {
    Statuses statuses = new Statuses(now);
    return report(
        new Statuses(BEGIN).rotation(phase, "r1", List.of(lines), statuses.enforced(7, 3)), now);
  }

  private static final Supplier<TrustReport> LOST =
      () -> {
        throw CommandException.unreachable(
            "no cluster could be asked: context west", "its API server cannot be reached", "check");
      };

  private void follow(PrintWriter out, Time time, List<Supplier<TrustReport>> looks) {
    Deque<Supplier<TrustReport>> next = new ArrayDeque<>(looks);
    new Watch(out, new PrintWriter(beside, true), time)
        .follow(
            () -> Objects.requireNonNull(next.size() == 1 ? next.peek() : next.poll()).get(),
            report ->
                out.printf(
                    "%s sequence %d%n",
                    time.now(), report.trustDomains().getFirst().published().sequence()));
  }

  private void follow(PrintWriter out, Time time, TrustReport... reports) {
    follow(out, time, Stream.of(reports).<Supplier<TrustReport>>map(each -> () -> each).toList());
  }

  /** How often the reports are shown, each 2 s after the one before. */
  private List<String> shown(List<Supplier<TrustReport>> looks) {
    assertThatThrownBy(
            () -> follow(new PrintWriter(text, true), new Time(Duration.ofSeconds(20)), looks))
        .hasMessage("stopped waiting");
    return text.toString().lines().map(line -> line.substring(11, 19)).toList();
  }

  private List<String> shown(TrustReport... reports) {
    return shown(Stream.of(reports).<Supplier<TrustReport>>map(each -> () -> each).toList());
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
  void agesAndCountsAreNoChange() {
    Instant later = BEGIN.plusSeconds(2);
    assertThat(
            shown(
                waiting("DualTrust", BEGIN, "west/shop/pay-1 (sequence 6, 42 s ago)"),
                waiting("DualTrust", later, "west/shop/pay-1 (sequence 6, 3 min ago)")))
        .containsExactly("12:00:00");
    text.getBuffer().setLength(0);
    assertThat(
            shown(
                waiting("Switched", BEGIN, "west has 4 leaves of the issuer b1b1b1b1b1b1"),
                waiting("Switched", later, "west has 3 leaves of the issuer b1b1b1b1b1b1")))
        .containsExactly("12:00:00");
    text.getBuffer().setLength(0);
    TrustDomainStatus few = new Statuses(BEGIN).steady(7, new Statuses(BEGIN).enforced(7, 1));
    TrustDomainStatus many = new Statuses(BEGIN).steady(7, new Statuses(later).enforced(7, 20));
    assertThat(shown(report(few, BEGIN), report(many, later))).containsExactly("12:00:00");
  }

  @Test
  void whatIsWaitedForByNameAndPhasesAreChanges() {
    assertThat(
            shown(
                waiting("DualTrust", BEGIN, "west/shop/pay-1 (sequence 6, 42 s ago)"),
                waiting("DualTrust", BEGIN, "west/shop/pay-2 (sequence 6, 42 s ago)"),
                waiting("DualTrust", BEGIN, "west/shop/pay-2 (sequence 7, 1 s ago)"),
                waiting("Switched", BEGIN),
                waiting("Switched", BEGIN)))
        .containsExactly("12:00:00", "12:00:02", "12:00:04", "12:00:06");
  }

  @Test
  void conditionThatSaysSomethingElseIsAChange() {
    TrustDomainStatus steady = new Statuses(BEGIN).steady(7, new Statuses(BEGIN).enforced(7, 1));
    assertThat(
            shown(
                report(saying(steady, "certificate \"CN=one\" is no CA"), BEGIN),
                report(saying(steady, "certificate \"CN=two\" is no CA"), BEGIN)))
        .containsExactly("12:00:00", "12:00:02");
  }

  private static TrustDomainStatus saying(TrustDomainStatus steady, String message) {
    return new TrustDomainStatus(
        steady.phase(),
        steady.bundle(),
        steady.anchors(),
        steady.issuer(),
        null,
        List.of(new Condition("Ready", "False", "IssuerRefused", message, null, null)),
        steady.enforcement());
  }

  @Test
  void clusterThatDoesNotReportAnyMoreIsAChangeOnce() {
    Instant late = BEGIN.plusSeconds(2);
    TrustDomainStatus silent = new Statuses(BEGIN).steady(7, new Statuses(BEGIN).stale(7));
    assertThat(shown(steady(7, BEGIN), report(silent, late), report(silent, late.plusSeconds(200))))
        .containsExactly("12:00:00", "12:00:02");
  }

  @Test
  void peerThatIsNotAskedForAnotherReasonIsNoChange() {
    TrustReport.Domain domain = steady(7, BEGIN).trustDomains().getFirst();
    assertThat(
            shown(
                unasked(domain, "Connection refused"),
                unasked(domain, "timed out"),
                unasked(domain)))
        .containsExactly("12:00:00", "12:00:04");
  }

  private static TrustReport unasked(TrustReport.Domain domain, String... why) {
    return new TrustReport(
        List.of(domain),
        Stream.of(why).map(each -> new Survey.Unasked("east", "Link east", each)).toList(),
        List.of());
  }

  @Test
  void goesOnWhileNobodyAnswersAndSaysSoOnce() {
    assertThat(
            shown(
                List.of(
                    () -> steady(7, BEGIN),
                    LOST,
                    LOST,
                    () -> steady(7, BEGIN),
                    LOST,
                    () -> steady(8, BEGIN))))
        .containsExactly("12:00:00", "12:00:10");
    assertThat(beside.toString().lines())
        .containsExactly(
            "---- 2026-11-27T12:00:02Z  no cluster could be asked: context west: its API server cannot be reached",
            "     looking again every 2 s",
            "---- 2026-11-27T12:00:06Z  it answers again, after 4 s",
            "---- 2026-11-27T12:00:08Z  no cluster could be asked: context west: its API server cannot be reached",
            "     looking again every 2 s",
            "---- 2026-11-27T12:00:10Z  it answers again, after 2 s");
  }

  @Test
  void endsWhereNobodyAnswersTheFirstTime() {
    assertThatThrownBy(() ->
            follow(new PrintWriter(text, true), new Time(Duration.ofSeconds(10)), List.of(LOST)))
        .hasMessage("no cluster could be asked: context west");
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

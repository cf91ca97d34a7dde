package io.isthmus.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Pace;
import io.isthmus.cli.link.TwoServers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressIT {
  private static final Instant BEGIN = Instant.parse("2026-11-27T12:00:00Z");

  @TempDir Path directory;
  private TwoServers servers;
  private final Statuses statuses = new Statuses(BEGIN);
  private final StringWriter out = new StringWriter();

  @SuppressWarnings("NullAway.Init")
  ProgressIT() {}

  @BeforeEach
  void start() throws IOException {
    servers = new TwoServers(directory);
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  /** At each pause the control plane says the next thing, and the time passes. */
  private final class Script implements Pace {
    private final Deque<TrustDomainStatus> next;
    private Instant now = BEGIN;

    Script(TrustDomainStatus... next) {
      this.next = new ArrayDeque<>(List.of(next));
    }

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void pause(Duration time) {
      now = now.plus(time);
      TrustDomainStatus status = next.poll();
      if (status != null) {
        say(servers.west(), status);
      }
    }
  }

  private static void say(KubernetesClient client, TrustDomainStatus status) {
    TrustDomain domain = client.resources(TrustDomain.class).withName("west").get();
    domain.setStatus(status);
    client.resource(domain).updateStatus();
  }

  private TrustDomainStatus phase(String phase, String... waitingFor) {
    return statuses.rotation(phase, "r1", List.of(waitingFor), statuses.enforced(7, 1));
  }

  private OwnDomain follow(Duration timeout, Script script) {
    return new Progress(new PrintWriter(out, true), script, timeout)
        .until(
            OwnDomain.find(servers.west(), TwoServers.SYSTEM),
            now -> now.isSteady() && now.rotation().isPresent());
  }

  @Test
  void saysEachPhaseAndWhatItWaitsForOnce() {
    say(servers.west(), statuses.steady(7, statuses.enforced(7, 1)));
    follow(
        Duration.ofMinutes(1),
        new Script(
            phase("Prepared"),
            phase("DualTrust", "east has not reported yet"),
            phase("DualTrust", "east has not reported yet"),
            phase("Switched"),
            phase("Steady")));

    assertThat(out.toString().lines())
        .containsExactly(
            "2026-11-27T12:00:00Z  Steady",
            "2026-11-27T12:00:01Z  Prepared",
            "2026-11-27T12:00:02Z  DualTrust",
            "2026-11-27T12:00:02Z    waits for east has not reported yet",
            "2026-11-27T12:00:04Z  Switched",
            "2026-11-27T12:00:05Z  Steady");
  }

  @Test
  void goesOnWhileTheApiServerDoesNotAnswer() {
    say(servers.west(), phase("DualTrust"));
    AtomicInteger pauses = new AtomicInteger();
    Pace pace =
        new Pace() {
          @Override
          public Instant now() {
            return BEGIN.plusSeconds(pauses.get());
          }

          @Override
          public void pause(Duration time) {
            switch (pauses.incrementAndGet()) {
              case 1 -> servers.stopWest();
              case 3 -> startWest();
              default -> {}
            }
          }
        };
    new Progress(new PrintWriter(out, true), pace, Duration.ofMinutes(1))
        .until(OwnDomain.find(servers.west(), TwoServers.SYSTEM), OwnDomain::isSteady);
    assertThat(out.toString().lines())
        .containsExactly(
            "2026-11-27T12:00:00Z  DualTrust",
            "2026-11-27T12:00:01Z  the API server does not answer: looking again every second",
            "2026-11-27T12:00:03Z  the API server answers again",
            "2026-11-27T12:00:03Z  Steady");
  }

  /** With what it had stored, and with what came of it meanwhile. */
  private void startWest() {
    try {
      servers.startWest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    say(servers.west(), phase("Steady"));
  }

  @Test
  void givesUpAfterItsTimeAndNamesWhatHolds() {
    say(servers.west(), phase("DualTrust", "east has not reported yet"));
    assertThatThrownBy(() -> follow(Duration.ofSeconds(10), new Script()))
        .isInstanceOfSatisfying(
            CommandException.class,
            e -> assertThat(e.why()).isEqualTo("it waits for east has not reported yet"))
        .hasMessage("not there after 10 s: west.demo is in DualTrust");
  }

  @Test
  void revocationReachesClusterByCluster() {
    say(servers.west(), statuses.steady(8, statuses.enforced(7, 1)));
    Published.revoking(servers.west(), 8, Statuses.OLD_ISSUER);
    Script script = new Script(statuses.steady(8, statuses.enforced(8, 1)));
    assertThat(
            new RevocationReach(new PrintWriter(out, true), script, Duration.ofSeconds(10))
                .follow(OwnDomain.find(servers.west(), TwoServers.SYSTEM), Statuses.OLD_ISSUER))
        .isTrue();
    assertThat(out.toString().lines())
        .containsExactly(
            "Published with sequence 8.", "Enforced by all 1 proxies that are connected in west.");
  }
}

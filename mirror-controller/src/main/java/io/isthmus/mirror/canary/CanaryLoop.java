package io.isthmus.mirror.canary;

import io.isthmus.api.link.CanaryStatus;
import io.isthmus.certs.Svid;
import io.isthmus.mirror.probe.ProbeTarget;
import io.isthmus.mirror.thread.LinkThread;
import io.isthmus.proxy.canary.CanaryOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows canaries to the addresses of one gateway, round after round, while they are due. Every
 * method is called on the executor's one thread, which all outcomes return to.
 */
public final class CanaryLoop implements AutoCloseable {
  /** After a round in which all believed: what the status says stays less than a minute old. */
  static final Duration AGAIN = Duration.ofSeconds(30);

  /** After any other: most often a bundle has yet to come, or a gateway. */
  static final Duration RETRY = Duration.ofSeconds(5);

  /** The same is said anew when it was last said so long ago. */
  private static final Duration SAID_ANEW = Duration.ofSeconds(20);

  private final GatewayCanary canary;
  private final ScheduledExecutorService thread;
  private final InstantSource clock;
  private Runnable changed = () -> {};
  private List<ProbeTarget> gateways = List.of();

  /** The series of rounds that is under way; one of before a rest ends. */
  private Optional<Object> series = Optional.empty();

  private Optional<Said> said = Optional.empty();

  private record Said(CanaryStatus status, Instant at) {}

  /**
   * @param series that it belongs to
   * @param began before its first handshake: the evidence is not younger than this
   */
  private record Round(Object series, Instant began) {}

  public CanaryLoop(GatewayCanary canary, ScheduledExecutorService thread, InstantSource clock) {
    this.canary = canary;
    this.thread = thread;
    this.clock = clock;
  }

  /** Is told after {@link #status} has come to say something else. */
  public void onChange(Runnable listener) {
    changed = listener;
  }

  /** Canaries are due, at these gateways from the next round on. */
  public void show(List<ProbeTarget> wanted) {
    gateways = List.copyOf(wanted);
    if (series.isEmpty()) {
      Object mine = new Object();
      series = Optional.of(mine);
      begin(mine);
    }
  }

  /** No canary is due. */
  public void rest() {
    series = Optional.empty();
    said = Optional.empty();
  }

  /** Of the last round; empty while none is due or none has ended. */
  public Optional<CanaryStatus> status() {
    return said.map(Said::status);
  }

  private void begin(Object mine) {
    if (isCurrent(mine)) {
      Round round = new Round(mine, clock.instant());
      canary
          .leaf()
          .whenComplete(
              (leaf, failure) -> LinkThread.run(thread, () -> issued(round, leaf, failure)));
    }
  }

  private void issued(Round round, @Nullable Svid leaf, @Nullable Throwable failure) {
    if (!isCurrent(round.series())) {
      return;
    }
    if (leaf == null) {
      String at = round.began().toString();
      ended(round, new CanaryStatus("", at, Outcomes.why(failure), List.of()));
      return;
    }
    SortedMap<String, CompletableFuture<CanaryOutcome>> met = new TreeMap<>();
    gateways.forEach(each -> met.put(each.address().toString(), canary.show(leaf, each)));
    CompletableFuture.allOf(met.values().toArray(CompletableFuture<?>[]::new))
        .whenComplete(
            (all, none) -> LinkThread.run(thread, () -> ended(round, status(round, leaf, met))));
  }

  private static CanaryStatus status(
      Round round, Svid leaf, Map<String, CompletableFuture<CanaryOutcome>> met) {
    return new CanaryStatus(
        Outcomes.issuer(leaf),
        round.began().toString(),
        null,
        met.entrySet().stream().map(each -> Outcomes.met(each.getKey(), each.getValue())).toList());
  }

  private void ended(Round round, CanaryStatus status) {
    if (!isCurrent(round.series())) {
      return;
    }
    boolean isNews =
        said.filter(before -> before.status().saysTheSameAs(status))
            .filter(before -> round.began().isBefore(before.at().plus(SAID_ANEW)))
            .isEmpty();
    if (isNews) {
      said = Optional.of(new Said(status, round.began()));
      changed.run();
    }
    Duration pause = Outcomes.areAllWell(status) ? AGAIN : RETRY;
    thread.schedule(() -> begin(round.series()), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean isCurrent(Object mine) {
    return series.filter(current -> current == mine).isPresent();
  }

  @Override
  public void close() {
    rest();
  }
}

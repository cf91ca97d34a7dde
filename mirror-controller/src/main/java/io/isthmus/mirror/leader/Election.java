package io.isthmus.mirror.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.isthmus.api.ObjectNames;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election again and again. The work is started on winning and ended on losing; the
 * fence closes before the work is ended, and before the lease is given up.
 */
public final class Election implements Leadership, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Election.class);
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final FreshLease lease;
  private final KubernetesClient client;
  private final Work work;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("election-", 0).factory());
  private volatile Optional<LeaderElector> current = Optional.empty();
  private volatile boolean leading;
  private volatile boolean closed;
  private volatile CompletableFuture<?> term = new CompletableFuture<>();

  /** Starting and stopping are called in turn, from the election's threads. */
  public Election(KubernetesClient client, Candidate candidate, Work work, InstantSource clock) {
    this.lease =
        new FreshLease(
            new LeaseLock(
                candidate.namespace(), ObjectNames.MIRROR_CONTROLLER_LEASE, candidate.identity()),
            clock,
            RENEW_DEADLINE);
    this.client = client;
    this.work = work;
  }

  /** One term's elector: it cannot be used twice. */
  private LeaderElector elector() {
    return new LeaderElector(
        client,
        new LeaderElectionConfigBuilder()
            .withName(ObjectNames.MIRROR_CONTROLLER_LEASE)
            .withLock(lease)
            .withLeaseDuration(LEASE)
            .withRenewDeadline(RENEW_DEADLINE)
            .withRetryPeriod(RETRY)
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(
                new LeaderCallbacks(
                    this::won,
                    this::lost,
                    leader -> LOG.atInfo().addKeyValue("leader", leader).log("leader elected")))
            .build(),
        threads);
  }

  /** Who stands for election. */
  public record Candidate(String namespace, String identity) {}

  /** What only a leader does. */
  public interface Work {
    void start(Leadership leadership);

    void stop();
  }

  public void start() {
    LeaderElector elector = elector();
    current = Optional.of(elector);
    term = elector.start();
    term.whenComplete((done, failure) -> standAgain());
  }

  private void standAgain() {
    leading = false;
    if (!closed) {
      try {
        CompletableFuture.delayedExecutor(
                RETRY.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS, threads)
            .execute(() -> {
              if (!closed) {
                start();
              }
            });
      } catch (RejectedExecutionException e) {
        LOG.atDebug().log("not standing again: the process is ending");
      }
    }
  }

  private synchronized void won() {
    if (closed) {
      return;
    }
    leading = true;
    work.start(this);
  }

  private synchronized void lost() {
    leading = false;
    work.stop();
  }

  @Override
  public boolean holds() {
    return leading && !closed && lease.isFresh();
  }

  /** Writes nothing more, ends the work, and gives the lease up. */
  @Override
  public void close() {
    closed = true;
    leading = false;
    synchronized (this) {
      work.stop();
    }
    term.cancel(true);
    current.ifPresent(LeaderElector::release);
    threads.shutdown();
  }
}

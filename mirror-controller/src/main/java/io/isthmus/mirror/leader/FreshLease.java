package io.isthmus.mirror.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A lock that remembers when it was last renewed. A process that was stopped for longer than the
 * lease lasts finds its own fence closed when it wakes, before anyone has told it. Thread-safe.
 */
final class FreshLease implements Lock {
  private final Lock lock;
  private final InstantSource clock;
  private final Duration freshness;
  private volatile Instant renewed = Instant.MIN;

  FreshLease(Lock lock, InstantSource clock, Duration freshness) {
    this.lock = lock;
    this.clock = clock;
    this.freshness = freshness;
  }

  boolean isFresh() {
    Instant last = renewed;
    return last != Instant.MIN && clock.instant().isBefore(last.plus(freshness));
  }

  @Override
  public LeaderElectionRecord get(KubernetesClient client) {
    return lock.get(client);
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    Instant before = clock.instant();
    lock.create(client, record);
    written(record, before);
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    Instant before = clock.instant();
    lock.update(client, record);
    written(record, before);
  }

  /** Counted from before the request: the server may have taken it at once. */
  private void written(LeaderElectionRecord record, Instant before) {
    renewed = identity().equals(record.getHolderIdentity()) ? before : Instant.MIN;
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }
}

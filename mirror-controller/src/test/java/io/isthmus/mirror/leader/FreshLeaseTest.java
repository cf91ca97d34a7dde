package io.isthmus.mirror.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FreshLeaseTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final FreshLease lease =
      new FreshLease(new RecordingLock(), now::get, Duration.ofSeconds(10));

  @AfterEach
  void close() {
    client.close();
  }

  private static LeaderElectionRecord heldBy(String holder) {
    ZonedDateTime time = START.atZone(ZoneOffset.UTC);
    return new LeaderElectionRecord(holder, Duration.ofSeconds(15), time, time, 0);
  }

  @Test
  void isNotFreshBeforeItWasEverHeld() {
    assertThat(lease.isFresh()).isFalse();
  }

  @Test
  void isFreshUntilTheDeadlineAfterARenewal() {
    lease.create(client, heldBy("me"));
    now.set(START.plusSeconds(9));
    assertThat(lease.isFresh()).isTrue();

    lease.update(client, heldBy("me"));
    now.set(START.plusSeconds(18));
    assertThat(lease.isFresh()).isTrue();
  }

  @Test
  void processThatWasStoppedForLongerThanTheLeaseFindsItStale() {
    lease.create(client, heldBy("me"));
    now.set(START.plusSeconds(10));

    assertThat(lease.isFresh()).isFalse();
  }

  @Test
  void isNotFreshOnceItWasGivenUp() {
    lease.create(client, heldBy("me"));
    lease.update(client, heldBy(""));

    assertThat(lease.isFresh()).isFalse();
  }

  private static final class RecordingLock implements Lock {
    @Override
    public LeaderElectionRecord get(KubernetesClient client) {
      return heldBy("me");
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord record) {}

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord record) {}

    @Override
    public String identity() {
      return "me";
    }

    @Override
    public String describe() {
      return "recording";
    }
  }
}

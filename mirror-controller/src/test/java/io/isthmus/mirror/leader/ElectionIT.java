package io.isthmus.mirror.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealApiServerExtension.class)
final class ElectionIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Work that only remembers whether it runs, and under which fence. */
  private static final class RememberedWork implements Election.Work {
    private volatile Optional<Leadership> fence = Optional.empty();

    @Override
    public void start(Leadership leadership) {
      fence = Optional.of(leadership);
    }

    @Override
    public void stop() {
      fence = Optional.empty();
    }

    boolean runs() {
      return fence.isPresent();
    }
  }

  private static Election election(
      RealApiServer server, String namespace, String identity, RememberedWork work) {
    return new Election(
        server.admin(), new Election.Candidate(namespace, identity), work, InstantSource.system());
  }

  @Test
  void oneOfTwoLeadsAndTheOtherTakesOverAtOnceWhenTheFirstEnds(RealApiServer server) {
    String namespace = server.newNamespace("election");
    RememberedWork first = new RememberedWork();
    RememberedWork second = new RememberedWork();
    try (Election one = election(server, namespace, "one", first);
        Election two = election(server, namespace, "two", second)) {
      one.start();
      await().atMost(PATIENCE).until(first::runs);
      Leadership fence = first.fence.orElseThrow();
      assertThat(fence.holds()).isTrue();
      two.start();
      await()
          .during(Duration.ofSeconds(1))
          .atMost(PATIENCE)
          .until(() -> first.runs() && !second.runs());

      one.close();

      assertThat(first.runs()).isFalse();
      assertThat(fence.holds()).isFalse();
      await().atMost(Duration.ofSeconds(10)).until(second::runs);
      assertThat(
              server
                  .admin()
                  .leases()
                  .inNamespace(namespace)
                  .withName("isthmus-mirror-controller")
                  .get()
                  .getSpec()
                  .getHolderIdentity())
          .isEqualTo("two");
    }
  }
}

package io.isthmus.control.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.state.Mesh;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A control plane whose clock is a year ahead of a real API server's. */
@ExtendWith(RealApiServerExtension.class)
final class ClockJumpIT {
  private static final String SYSTEM = "clock-jump";
  private static final Mesh MESH =
      new Mesh("clock-jump", TrustDomain.of("clock.test"), "cluster.local", SYSTEM);

  private Instant now = Instant.now();

  @Test
  void issuerThatHasExpiredHereAloneIsNotReplaced(RealApiServer server) throws AuthorityException {
    KubernetesClient client = server.admin();
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build())
        .create();
    AuthorityStore store = new AuthorityStore(client, MESH, () -> TestLifetimes.MANAGED, () -> now);
    try (LiveAuthority live =
        new LiveAuthority(store, store.load(Optional.empty()), Runnable::run, () -> now)) {
      Authority before = live.current();
      now = now.plus(Duration.ofDays(366));
      live.refresh();

      assertThat(live.current()).isEqualTo(before);
      assertThat(live.problem().orElseThrow())
          .contains("by the clock here, " + now, "by the API server's it is", "correct the clock");
    }
  }
}

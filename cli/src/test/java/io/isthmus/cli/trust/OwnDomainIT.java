package io.isthmus.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.cli.CommandException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A real API server compares resourceVersions; fabric8's in-memory one takes what comes. */
@ExtendWith(RealApiServerExtension.class)
class OwnDomainIT {
  private KubernetesClient client;

  @SuppressWarnings("NullAway.Init")
  OwnDomainIT() {}

  @BeforeEach
  void make(RealApiServer server) {
    client = server.admin();
    client.resources(TrustDomain.class).delete();
    TrustDomain made = new TrustDomain();
    made.setMetadata(new ObjectMetaBuilder().withName("west").build());
    made.setSpec(TrustDomainSpec.own("west.demo"));
    client.resource(made).create();
  }

  @Test
  void wishThatWasMadeOnAnOlderStateIsNotWritten() {
    OwnDomain one = OwnDomain.find(client, "isthmus-system");
    OwnDomain other = OwnDomain.find(client, "isthmus-system");
    one.write(Map.of("revoked", List.of("ab".repeat(32))));
    assertThatThrownBy(() -> other.write(Map.of("revoked", List.of("cd".repeat(32)))))
        .isInstanceOf(CommandException.class)
        .hasMessage("nothing was written to the TrustDomain west");

    assertThatThrownBy(other::unchanged).hasMessage("nothing was written to the TrustDomain west");

    assertThat(one.again().object().getSpec().revoked()).containsExactly("ab".repeat(32));
    other.again().write(Map.of("revoked", List.of()));
    assertThat(one.again().object().getSpec().revoked()).isEmpty();
  }

  @Test
  void thatTheStatusMovedOnIsNoChange() {
    OwnDomain seen = OwnDomain.find(client, "isthmus-system");
    TrustDomain now = seen.again().object();
    now.setStatus(new Statuses(Instant.now()).steady(7, new TrustEnforcement(Map.of())));
    client.resource(now).updateStatus();
    assertThat(seen.again().object().getMetadata().getResourceVersion())
        .isNotEqualTo(seen.object().getMetadata().getResourceVersion());

    assertThat(seen.unchanged().phase()).contains("Steady");
    seen.write(Map.of("revoked", List.of("ab".repeat(32))));
    assertThat(seen.again().object().getSpec().revoked()).containsExactly("ab".repeat(32));
  }
}

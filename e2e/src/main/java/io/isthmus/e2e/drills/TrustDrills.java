package io.isthmus.e2e.drills;

import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What may happen to authorities and to what is known of them. */
record TrustDrills(Ground ground, DrillsSuite.Form form) {
  private static final TrustDomain EAST = TrustDomain.of("east.e2e");
  private static final Duration LIFE = Duration.ofDays(30);

  List<Drill> all() {
    Drill wrongAnchor = Drill.of("wrong-anchor", this::wrongAnchor);
    return switch (form) {
      case SHORT -> List.of(wrongAnchor);
      case LONG -> List.of(wrongAnchor, Drill.of("leaf-expired", this::leafExpired));
    };
  }

  /** Certificates of a day would take a day. */
  private void leafExpired() {
    KubernetesCluster west = ground.west();
    west.kubectl(
        "patch",
        "trustdomain",
        "west",
        "--type=merge",
        "-p",
        "{\"spec\":{\"authority\":{\"managed\":{\"leafLifetime\":\"60s\"}}}}");
    west.kubectl("rollout", "restart", "deployment", "caller", "-n", "shop");
    west.kubectl("rollout", "status", "deployment", "caller", "-n", "shop", "--timeout=90s");
    west.kubectl("scale", "deployment", "isthmus-control", "-n", "isthmus-system", "--replicas=0");
  }

  /** With a sequence of next month: what east publishes is not newer. */
  private void wrongAnchor() {
    KubernetesCluster west = ground.west();
    TrustBundle wrong =
        new TrustBundle(
            EAST,
            Instant.now().plus(LIFE).getEpochSecond(),
            TrustBundle.DEFAULT_REFRESH_HINT,
            List.of(RootAuthority.create(EAST, LIFE, InstantSource.system()).certificate()));
    ObjectNode patch = JsonMapper.shared().createObjectNode();
    patch
        .putObject("data")
        .put(ObjectNames.BUNDLE_JWKS_KEY, new String(wrong.toJwks(), StandardCharsets.UTF_8));
    west.kubectl(
        "patch",
        "configmap",
        ObjectNames.peerTrustBundle("east"),
        "-n",
        ObjectNames.SYSTEM_NAMESPACE,
        "--type=merge",
        "-p",
        patch.toString());
  }
}

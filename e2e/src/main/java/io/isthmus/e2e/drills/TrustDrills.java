package io.isthmus.e2e.drills;

import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What may happen to authorities and to what is known of them. */
record TrustDrills(Ground ground, DrillsSuite.Form form) {
  private static final TrustDomain EAST = TrustDomain.of("east.e2e");
  private static final Duration SHORT_LIVED = Duration.ofMinutes(4);
  private static final long SEQUENCE = 4_102_444_800L;
  private static final Duration LIFE = Duration.ofDays(30);

  List<Drill> all() {
    Drill wrongAnchor = Drill.of("wrong-anchor", this::wrongAnchor);
    return switch (form) {
      case SMOKE, SHORT -> List.of(wrongAnchor);
      case LONG ->
          List.of(
              wrongAnchor,
              Drill.of("leaf-expired", this::leafExpired),
              Drill.of("issuer-expired", this::issuerExpired));
    };
  }

  /** Certificates of a day would take a day. */
  private void leafExpired() {
    lifetimes(ground, "west", "{\"leafLifetime\":\"60s\"}");
    Callers.renew(ground.west());
    stopControlPlane();
  }

  /**
   * Of a year it would take a year: one of minutes is made first, which signs leaves of a minute.
   */
  private void issuerExpired() {
    lifetimes(ground, "west", "{\"leafLifetime\":\"60s\",\"issuerLifetime\":\"180s\"}");
    ground.operator().isthmus("trust", "rotate", "issuer", "--context", ground.west().name());
    Instant[] end = new Instant[1];
    Eventually.holds(
        SHORT_LIVED,
        () -> {
          end[0] = issuerEnd();
          return end[0].isBefore(Instant.now().plus(SHORT_LIVED)) ? "" : "ends at " + end[0];
        });
    stopControlPlane();
    Duration left = Duration.between(Instant.now(), end[0]);
    LockSupport.parkNanos(Math.max(0, left.toNanos()));
  }

  /** What a cluster issues from now on lives as long as that. */
  static void lifetimes(Ground ground, String cluster, String managed) {
    ground
        .cluster(cluster)
        .kubectl(
            "patch",
            "trustdomain",
            cluster,
            "--type=merge",
            "-p",
            "{\"spec\":{\"authority\":{\"managed\":%s}}}".formatted(managed));
  }

  private void stopControlPlane() {
    ground
        .west()
        .kubectl("scale", "deployment", "isthmus-control", "-n", Commands.SYSTEM, "--replicas=0");
  }

  private Instant issuerEnd() {
    return Instant.parse(
        ground
            .west()
            .kubectl("get", "trustdomain", "west", "-o", "jsonpath={.status.issuer.notAfter}")
            .strip());
  }

  /** With a sequence that time comes to in 2100: what east publishes is not newer. */
  private void wrongAnchor() {
    KubernetesCluster west = ground.west();
    TrustBundle wrong =
        new TrustBundle(
            EAST,
            SEQUENCE,
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
        Commands.SYSTEM,
        "--type=merge",
        "-p",
        patch.toString());
  }
}

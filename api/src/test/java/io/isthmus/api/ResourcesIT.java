package io.isthmus.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.isthmus.api.link.CanaryStatus;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealApiServerExtension.class)
final class ResourcesIT {

  @Test
  void linkWithTheLeastSpecGetsTheDefaultsOfTheRecords(RealApiServer server) {
    String namespace = server.newNamespace("least-link");
    server
        .admin()
        .genericKubernetesResources("isthmus.io/v1alpha1", "Link")
        .inNamespace(namespace)
        .load(
            new java.io.ByteArrayInputStream(
                """
                apiVersion: isthmus.io/v1alpha1
                kind: Link
                metadata: {name: east}
                spec:
                  cluster: east
                  trustDomain: east.example
                  credentials: {secretRef: {name: link-east}}
                """
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .create();

    Link stored =
        server.admin().resources(Link.class).inNamespace(namespace).withName("east").get();

    assertThat(stored.getSpec()).isEqualTo(LinkSpec.to("east", "east.example", "link-east"));
    assertThat(stored.getSpec().imports().selector().selects(Map.of(Labels.EXPORTED, "true")))
        .isTrue();
  }

  @Test
  void linkComesBackAsItWasStored(RealApiServer server) {
    String namespace = server.newNamespace("whole-link");
    LinkSpec spec =
        LinkSpec.to("east", "east.example", "link-east")
            .withClusterDomain("east.local")
            .withGateway(LinkSpec.Gateway.at(List.of(new LinkSpec.Address("192.0.2.1", 15008))))
            .withExport(new LinkSpec.Export(false));
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withName("east").withNamespace(namespace).build());
    link.setSpec(spec);

    Link stored = server.admin().resource(link).create();
    Condition connected =
        new Condition(
            LinkStatus.CONNECTED,
            Condition.TRUE,
            "Connected",
            "as wanted",
            1L,
            "2026-01-01T00:00:00Z");
    LinkStatus status =
        new LinkStatus(
            List.of(connected),
            List.of(
                new LinkStatus.GatewayStatus(
                    "192.0.2.1:15008",
                    "spiffe://x",
                    "True",
                    "1ms",
                    null,
                    new LinkStatus.Problem("unanswered", "no answer"),
                    new LinkStatus.Path("1ms", "2ms", 1200, 1500, "3000 bytes do not come back"))),
            3,
            4,
            null,
            new CanaryStatus(
                "ab",
                "2026-01-01T00:00:00Z",
                null,
                List.of(new CanaryStatus.Met("192.0.2.1:15008", "ok", "alert unknown_ca"))));
    stored.setStatus(status);
    server.admin().resource(stored).patchStatus();

    Link read = server.admin().resources(Link.class).inNamespace(namespace).withName("east").get();
    assertThat(read.getSpec()).isEqualTo(spec);
    assertThat(read.getStatus()).isEqualTo(status);
    assertThat(read.getMetadata().getGeneration()).isEqualTo(1L);
  }

  @Test
  void trustDomainComesBackAsItWasStored(RealApiServer server) {
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName("comes-back").build());
    own.setSpec(TrustDomainSpec.own("west.example"));

    TrustDomain stored = server.admin().resource(own).create();

    assertThat(stored.getSpec()).isEqualTo(TrustDomainSpec.own("west.example"));
  }

  /** As a replica writes that was started before its version knew of all that a report has now. */
  @Test
  void reportOfAnOlderReplicaIsTakenAndSaysNothingOfWhatItDoesNotCount(RealApiServer server) {
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName("older-replica").build());
    own.setSpec(TrustDomainSpec.own("west.example"));
    server.admin().resource(own).create();

    server
        .admin()
        .resources(TrustDomain.class)
        .withName("older-replica")
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status": {"enforcement": {"reporters": {"replica-0": {
              "sequence": 7, "digest": "sha256:ab", "verifiers": 3, "enforcing": 3,
              "maxClockSkewMillis": 0, "observedAt": "2026-01-01T00:00:00Z"}}}}}
            """);

    TrustDomainStatus status =
        server.admin().resources(TrustDomain.class).withName("older-replica").get().getStatus();
    TrustEnforcement.Reporter read =
        Objects.requireNonNull(status.enforcement()).reporters().get("replica-0");
    assertThat(Objects.requireNonNull(read).enforcing()).isEqualTo(3);
    assertThat(read.unreported()).as("what its proxies show is not known").isEqualTo(3);
  }

  @Test
  void federatedTrustDomainsComeBackAsTheyWereStored(RealApiServer server) {
    TrustDomainSpec spiffe =
        TrustDomainSpec.federated(
            "east.example",
            TrustDomainSpec.Endpoint.spiffe(
                "https://[2001:db8::1]:8443/bundle", "spiffe://east.example/server", "{}"));
    TrustDomainSpec web =
        TrustDomainSpec.federated(
            "north.example",
            TrustDomainSpec.Endpoint.web("https://north.example/bundle.json", "pem"));
    TrustDomainSpec inline = TrustDomainSpec.inline("south.example", "{\"keys\":[]}");

    for (TrustDomainSpec spec : List.of(spiffe, web, inline)) {
      TrustDomain domain = new TrustDomain();
      domain.setMetadata(new ObjectMetaBuilder().withName(spec.trustDomain()).build());
      domain.setSpec(spec);
      assertThat(server.admin().resource(domain).create().getSpec()).isEqualTo(spec);
    }
  }

  @Test
  void tokensAreReviewedForTheirAudience(RealApiServer server) {
    String namespace = server.newNamespace("tokens");
    String token = server.createToken(namespace, "web", ObjectNames.TOKEN_AUDIENCE);

    assertThat(reviewed(server, token, ObjectNames.TOKEN_AUDIENCE))
        .isEqualTo("system:serviceaccount:" + namespace + ":web");
    assertThat(reviewed(server, token, "another")).isEmpty();
  }

  private static String reviewed(RealApiServer server, String token, String audience) {
    var status =
        server
            .admin()
            .resource(
                new TokenReviewBuilder()
                    .withNewSpec()
                    .withToken(token)
                    .withAudiences(audience)
                    .endSpec()
                    .build())
            .create()
            .getStatus();
    return Boolean.TRUE.equals(status.getAuthenticated()) ? status.getUser().getUsername() : "";
  }
}

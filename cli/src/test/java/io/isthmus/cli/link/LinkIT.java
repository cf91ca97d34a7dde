package io.isthmus.cli.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.embedded.EmbeddedApiServer;
import io.isthmus.cli.install.Crds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkIT {
  private static final String SYSTEM = "isthmus-system";

  @TempDir Path directory;
  private EmbeddedApiServer west;
  private EmbeddedApiServer east;
  private KubernetesClient westClient;
  private KubernetesClient eastClient;

  @BeforeEach
  void start() throws IOException {
    west = server("west");
    east = server("east");
    westClient = client(west);
    eastClient = client(east);
    ownTrustDomain(westClient, "west");
    ownTrustDomain(eastClient, "east");
  }

  @AfterEach
  void stop() {
    westClient.close();
    eastClient.close();
    west.close();
    east.close();
  }

  @Test
  void configuresBothEndsAlike() {
    linking().create();

    Link link = westClient.resources(Link.class).inNamespace(SYSTEM).withName("east").get();
    assertThat(link.getSpec().cluster()).isEqualTo("east");
    assertThat(link.getSpec().trustDomain()).isEqualTo("east.demo");
    assertThat(link.getSpec().gatewayIdentity())
        .isEqualTo("spiffe://east.demo/ns/isthmus-system/sa/isthmus-gateway");
    assertThat(link.getSpec().export().isEnabled()).isTrue();
    TrustDomain peer = westClient.resources(TrustDomain.class).withName("east").get();
    assertThat(peer.getSpec()).isEqualTo(TrustDomainSpec.linked("east.demo", "east"));
    assertThat(kubeconfig(westClient, "link-east")).contains(east.url());
    assertThat(eastClient.resources(Link.class).inNamespace(SYSTEM).withName("west").get())
        .isNotNull();
    assertThat(westClient.rbac().roles().inNamespace(SYSTEM).withName("isthmus-link-east").get())
        .satisfies(role -> {
          assertThat(role.getRules().getFirst().getResources()).containsExactly("secrets");
          assertThat(role.getRules().getFirst().getResourceNames()).containsExactly("link-east");
        });
    assertThat(
            westClient
                .rbac()
                .roleBindings()
                .inNamespace(SYSTEM)
                .withName("isthmus-link-east")
                .get()
                .getSubjects()
                .getFirst()
                .getName())
        .isEqualTo("isthmus-mirror-controller");
    assertThat(kubeconfig(eastClient, "link-west")).contains(west.url());
    assertThat(eastClient.rbac().clusterRoleBindings().withName("isthmus-link-west").get())
        .satisfies(binding -> {
          assertThat(binding.getRoleRef().getName()).isEqualTo("isthmus-link-reader");
          assertThat(binding.getSubjects().getFirst().getName()).isEqualTo("isthmus-link-west");
        });
  }

  @Test
  void changesNothingButTheCredentialsWhenRepeated() {
    linking().create();
    Link before = westClient.resources(Link.class).inNamespace(SYSTEM).withName("east").get();
    String token = kubeconfig(westClient, "link-east");

    linking().create();

    Link after = westClient.resources(Link.class).inNamespace(SYSTEM).withName("east").get();
    assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
    assertThat(after.getSpec()).isEqualTo(before.getSpec());
    assertThat(kubeconfig(westClient, "link-east")).isNotEqualTo(token);
  }

  @Test
  void printsYamlAndWritesNothingOnADryRun() {
    String yaml = linking().yaml();

    assertThat(yaml)
        .contains("# context west-context")
        .contains("# context east-context")
        .contains("kind: \"Link\"")
        .contains("name: \"isthmus-link-east\"")
        .contains("token that is issued when this is applied");
    assertThat(westClient.resources(Link.class).inAnyNamespace().list().getItems()).isEmpty();
    assertThat(westClient.secrets().inAnyNamespace().list().getItems()).isEmpty();
  }

  @Test
  void removesBothEnds() {
    linking().create();

    linking().delete(Duration.ofSeconds(5));

    for (KubernetesClient client : new KubernetesClient[] {westClient, eastClient}) {
      assertThat(client.resources(Link.class).inAnyNamespace().list().getItems()).isEmpty();
      assertThat(client.secrets().inNamespace(SYSTEM).list().getItems()).isEmpty();
      assertThat(client.serviceAccounts().inNamespace(SYSTEM).list().getItems()).isEmpty();
      assertThat(client.rbac().clusterRoleBindings().list().getItems()).isEmpty();
      assertThat(client.rbac().roles().inNamespace(SYSTEM).list().getItems()).isEmpty();
      assertThat(client.rbac().roleBindings().inNamespace(SYSTEM).list().getItems()).isEmpty();
      assertThat(client.resources(TrustDomain.class).list().getItems()).hasSize(1);
    }
  }

  @Test
  void refusesTwoContextsOfOneCluster() {
    assertThatThrownBy(() ->
            Linking.between(
                SYSTEM, end("one", westClient), end("two", westClient), Duration.ofDays(1)))
        .isInstanceOf(CommandException.class)
        .hasMessage("cannot link cluster west to itself");
  }

  @Test
  void refusesAClusterWithoutAControlPlane() {
    eastClient.resources(TrustDomain.class).withName("east").delete();

    assertThatThrownBy(() -> end("east-context", eastClient))
        .isInstanceOf(CommandException.class)
        .hasMessage("cannot link the cluster of context east-context");
  }

  @Test
  void takesAnotherAddressForThePeerToUse() {
    Linking.between(
            SYSTEM,
            end("west-context", westClient),
            LinkEnd.of("east-context", eastClient, Optional.of("https://203.0.113.2:6443")),
            Duration.ofDays(1))
        .create();

    assertThat(kubeconfig(westClient, "link-east")).contains("https://203.0.113.2:6443");
  }

  private Linking linking() {
    return Linking.between(
        SYSTEM,
        end("west-context", westClient),
        end("east-context", eastClient),
        Duration.ofDays(1));
  }

  private static LinkEnd end(String context, KubernetesClient client) {
    return LinkEnd.of(context, client, Optional.empty());
  }

  private static String kubeconfig(KubernetesClient client, String secret) {
    Secret found = client.secrets().inNamespace(SYSTEM).withName(secret).get();
    return new String(
        Base64.getDecoder().decode(found.getData().getOrDefault("kubeconfig", "")),
        StandardCharsets.UTF_8);
  }

  private EmbeddedApiServer server(String name) throws IOException {
    return EmbeddedApiServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        directory.resolve(name),
        Clock.systemUTC());
  }

  private static KubernetesClient client(EmbeddedApiServer server) {
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder(Config.empty()).withMasterUrl(server.url()).build())
        .build();
  }

  private static void ownTrustDomain(KubernetesClient client, String cluster) {
    Crds.installMissing(client);
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName(cluster).build());
    own.setSpec(TrustDomainSpec.own(cluster + ".demo"));
    client.resource(own).create();
  }
}

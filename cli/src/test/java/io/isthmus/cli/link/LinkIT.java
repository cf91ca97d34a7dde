package io.isthmus.cli.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.CommandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkIT {
  @TempDir Path directory;
  private TwoServers servers;

  @SuppressWarnings("NullAway.Init")
  LinkIT() {}

  @BeforeEach
  void start() throws IOException {
    servers = new TwoServers(directory);
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  @Test
  void configuresBothEndsAlike() {
    servers.linking().create();

    Link link =
        servers.west().resources(Link.class).inNamespace(TwoServers.SYSTEM).withName("east").get();
    assertThat(link.getSpec().cluster()).isEqualTo("east");
    assertThat(link.getSpec().trustDomain()).isEqualTo("east.demo");
    assertThat(link.getSpec().gatewayIdentity())
        .isEqualTo("spiffe://east.demo/ns/isthmus-system/sa/isthmus-gateway");
    assertThat(link.getSpec().export().isEnabled()).isTrue();
    TrustDomain peer = servers.west().resources(TrustDomain.class).withName("east").get();
    assertThat(peer.getSpec()).isEqualTo(TrustDomainSpec.linked("east.demo", "east"));
    assertThat(kubeconfig(servers.west(), "link-east")).contains(servers.eastUrl());
    assertThat(
            servers
                .east()
                .resources(Link.class)
                .inNamespace(TwoServers.SYSTEM)
                .withName("west")
                .get())
        .isNotNull();
    assertThat(
            servers
                .west()
                .rbac()
                .roles()
                .inNamespace(TwoServers.SYSTEM)
                .withName("isthmus-link-east")
                .get())
        .satisfies(role -> {
          assertThat(role.getRules().getFirst().getResources()).containsExactly("secrets");
          assertThat(role.getRules().getFirst().getResourceNames()).containsExactly("link-east");
        });
    assertThat(
            servers
                .west()
                .rbac()
                .roleBindings()
                .inNamespace(TwoServers.SYSTEM)
                .withName("isthmus-link-east")
                .get()
                .getSubjects()
                .getFirst()
                .getName())
        .isEqualTo("isthmus-mirror-controller");
    assertThat(kubeconfig(servers.east(), "link-west")).contains(servers.westUrl());
    assertThat(servers.east().rbac().clusterRoleBindings().withName("isthmus-link-west").get())
        .satisfies(binding -> {
          assertThat(binding.getRoleRef().getName()).isEqualTo("isthmus-link-reader");
          assertThat(binding.getSubjects().getFirst().getName()).isEqualTo("isthmus-link-west");
        });
  }

  @Test
  void changesNothingButTheCredentialsWhenRepeated() {
    servers.linking().create();
    Link before =
        servers.west().resources(Link.class).inNamespace(TwoServers.SYSTEM).withName("east").get();
    String token = kubeconfig(servers.west(), "link-east");

    servers.linking().create();

    Link after =
        servers.west().resources(Link.class).inNamespace(TwoServers.SYSTEM).withName("east").get();
    assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
    assertThat(after.getSpec()).isEqualTo(before.getSpec());
    assertThat(kubeconfig(servers.west(), "link-east")).isNotEqualTo(token);
  }

  @Test
  void printsYamlAndWritesNothingOnADryRun() {
    String yaml = servers.linking().yaml();

    assertThat(yaml)
        .contains("# context west-context")
        .contains("# context east-context")
        .contains("kind: \"Link\"")
        .contains("name: \"isthmus-link-east\"")
        .contains("token that is issued when this is applied");
    assertThat(servers.west().resources(Link.class).inAnyNamespace().list().getItems()).isEmpty();
    assertThat(servers.west().secrets().inAnyNamespace().list().getItems()).isEmpty();
  }

  @Test
  void refusesTwoContextsOfOneCluster() {
    assertThatThrownBy(() ->
            Linking.between(
                TwoServers.SYSTEM,
                TwoServers.end("one", servers.west()),
                TwoServers.end("two", servers.west()),
                Duration.ofDays(1)))
        .isInstanceOf(CommandException.class)
        .hasMessage("cannot link cluster west to itself");
  }

  @Test
  void refusesAClusterWithoutAControlPlane() {
    servers.east().resources(TrustDomain.class).withName("east").delete();

    assertThatThrownBy(() -> TwoServers.end("east-context", servers.east()))
        .isInstanceOf(CommandException.class)
        .hasMessage("cannot link the cluster of context east-context");
  }

  @Test
  void takesAnotherAddressForThePeerToUse() {
    Linking.between(
            TwoServers.SYSTEM,
            TwoServers.end("west-context", servers.west()),
            LinkEnd.of("east-context", servers.east(), Optional.of("https://203.0.113.2:6443")),
            Duration.ofDays(1))
        .create();

    assertThat(kubeconfig(servers.west(), "link-east")).contains("https://203.0.113.2:6443");
  }

  private static String kubeconfig(KubernetesClient client, String secret) {
    Secret found = client.secrets().inNamespace(TwoServers.SYSTEM).withName(secret).get();
    return new String(
        Base64.getDecoder().decode(found.getData().getOrDefault("kubeconfig", "")),
        StandardCharsets.UTF_8);
  }
}

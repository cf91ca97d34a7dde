package io.isthmus.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import java.util.List;
import java.util.Map;

/** What a mesh and its user make of an installation, and whether all of it is gone. */
record UsedMesh(KubernetesClient admin) {
  static final String CA_BUNDLE = "b3VycyBhbG9uZQ==";
  private static final String SYSTEM = "isthmus-system";

  /** As the control plane does. */
  void fillInCaBundle() {
    admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(ObjectNames.INJECTION_WEBHOOK)
        .edit(configuration -> {
          configuration
              .getWebhooks()
              .forEach(each -> each.getClientConfig().setCaBundle(CA_BUNDLE));
          return configuration;
        });
  }

  List<String> caBundles() {
    return admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(ObjectNames.INJECTION_WEBHOOK)
        .get()
        .getWebhooks()
        .stream()
        .map(each -> each.getClientConfig().getCaBundle())
        .toList();
  }

  /**
   * What the mesh and `isthmus link create` would have made; nobody runs who takes the finalizer.
   */
  void use() {
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName("shop")
                .addToLabels(Labels.INJECTION, Labels.INJECTION_ENABLED)
                .addToAnnotations("isthmus.io/inject", "enabled")
                .endMetadata()
                .build())
        .create();
    admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(ObjectNames.TRUST_BUNDLE)
                .withNamespace("shop")
                .addToLabels(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_COPY)
                .endMetadata()
                .build())
        .create();
    admin
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName("hello-east")
                .withNamespace("shop")
                .addToLabels(
                    Map.of(Labels.MIRRORED, "true", Labels.MANAGED_BY, "isthmus-mirror-controller"))
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build())
        .create();
    admin.resource(Roles.linkReader()).create();
    Link link = new Link();
    link.setMetadata(
        new ObjectMetaBuilder()
            .withName("east")
            .withNamespace(SYSTEM)
            .withFinalizers(ObjectNames.LINK_FINALIZER)
            .build());
    link.setSpec(LinkSpec.to("east", "east.example", "isthmus-link-east"));
    admin.resource(link).create();
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName("test").build());
    own.setSpec(TrustDomainSpec.own("test.internal"));
    admin.resource(own).create();
  }

  void assertNothingIsLeft() {
    assertThat(admin.namespaces().withName(SYSTEM).get()).isNull();
    assertThat(admin.apiextensions().v1().customResourceDefinitions().list().getItems()).isEmpty();
    assertThat(admin.admissionRegistration().v1().mutatingWebhookConfigurations().list().getItems())
        .isEmpty();
    assertThat(admin.rbac().clusterRoles().list().getItems())
        .noneMatch(each -> each.getMetadata().getName().startsWith("isthmus"));
    assertThat(admin.rbac().clusterRoleBindings().list().getItems())
        .noneMatch(each -> each.getMetadata().getName().startsWith("isthmus"));
    assertThat(admin.namespaces().withName("shop").get().getMetadata())
        .satisfies(
            shop -> assertThat(shop.getLabels()).doesNotContainKey(Labels.INJECTION),
            shop -> assertThat(shop.getAnnotations()).containsKey("isthmus.io/inject"));
    assertThat(admin.configMaps().inNamespace("shop").withName(ObjectNames.TRUST_BUNDLE).get())
        .isNull();
    assertThat(admin.services().inNamespace("shop").list().getItems()).isEmpty();
  }
}

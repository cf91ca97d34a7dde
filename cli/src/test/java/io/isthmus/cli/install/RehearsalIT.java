package io.isthmus.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.cli.CommandException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Before an installation, by users who may do little with namespaces. */
@ExtendWith(RealApiServerExtension.class)
class RehearsalIT {
  private static ConfigMap settings(String namespace, String key) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("settings")
        .endMetadata()
        .addToData(key, "x")
        .build();
  }

  private static Namespace namespace(String name) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("wanted", "true")
        .endMetadata()
        .build();
  }

  /** All of ConfigMaps, and these of namespaces. */
  private static KubernetesClient userWhoMay(RealApiServer server, String name, String... verbs) {
    String token = server.createToken("default", name);
    KubernetesClient admin = server.admin();
    admin
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources("configmaps")
                .withVerbs("*")
                .endRule()
                .addNewRule()
                .withApiGroups("")
                .withResources("namespaces")
                .withVerbs(verbs)
                .endRule()
                .build())
        .createOr(NonDeletingOperation::update);
    admin
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                .addNewSubject("", "ServiceAccount", name, "default")
                .build())
        .createOr(NonDeletingOperation::update);
    return server.client(token);
  }

  private static void rehearse(KubernetesClient client, String namespace, ConfigMap object) {
    Namespace wanted = namespace(namespace);
    new Rehearsal(client, new Releases("test", "", "v1.30.0", namespace))
        .run(wanted, List.of(), List.of(wanted, object));
  }

  @Test
  void namespaceThatIsThereNeedsNoRightToWriteIt(RealApiServer server) {
    String there = server.newNamespace("there");
    try (KubernetesClient reader = userWhoMay(server, "rehearsal-reader", "get")) {
      rehearse(reader, there, settings(there, "a"));

      assertThatThrownBy(() -> rehearse(reader, there, settings(there, "no key")))
          .isInstanceOf(CommandException.class)
          .extracting(failure -> ((CommandException) failure).why())
          .asString()
          .startsWith("ConfigMap settings: ")
          .contains("no key");
    }
    assertThat(server.admin().configMaps().inNamespace(there).withName("settings").get()).isNull();
  }

  @Test
  void namespaceThatCannotBeTakenBackHidesNoRefusal(RealApiServer server) {
    try (KubernetesClient maker = userWhoMay(server, "rehearsal-maker", "get", "create")) {
      CommandException failure =
          catchThrowableOfType(
              CommandException.class,
              () -> rehearse(maker, "rehearsed", settings("rehearsed", "no key")));

      assertThat(failure)
          .hasMessageContaining("the namespace rehearsed")
          .hasMessageContaining("stays");
      assertThat(failure.why()).contains("ConfigMap settings: ", "no key", "answers 403");
      assertThat(failure.getSuppressed()).hasSize(2);
    }
    assertThat(server.admin().namespaces().withName("rehearsed").delete()).isNotEmpty();
  }
}

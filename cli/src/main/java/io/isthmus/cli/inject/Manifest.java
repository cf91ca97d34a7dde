package io.isthmus.cli.inject;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesList;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.isthmus.cli.CommandException;
import io.isthmus.control.injection.Injection;
import io.isthmus.control.injection.InjectionRefusedException;
import io.isthmus.control.injection.InjectionWish;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;

/** Objects of Kubernetes in YAML or JSON, one or several documents, lists taken apart. */
final class Manifest {
  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private final List<HasMetadata> objects = new ArrayList<>();

  /**
   * @param name of the file, for messages
   */
  static Manifest read(String name, byte[] text) {
    Manifest manifest = new Manifest();
    try {
      manifest.add(name, manifest.serialization.unmarshal(new ByteArrayInputStream(text)));
    } catch (JacksonException
        | YamlEngineException
        | KubernetesClientException
        | IllegalArgumentException e) {
      throw unreadable(name, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
    return manifest;
  }

  private void add(String name, @Nullable Object read) {
    switch (read) {
      case null -> {} // a document that says nothing
      case KubernetesList list -> list.getItems().forEach(item -> add(name, item));
      case Collection<?> all -> all.forEach(item -> add(name, item));
      case HasMetadata object -> objects.add(object);
      default -> throw unreadable(name, "it holds something that is no object of Kubernetes");
    }
  }

  private static CommandException unreadable(String name, String why) {
    return CommandException.usage(
        name + " is no manifest",
        why,
        "give YAML or JSON with apiVersion and kind, as for kubectl");
  }

  /** Gives all Pods their sidecars, but those that decline; says what became of each. */
  List<String> inject(Injection injection) {
    List<String> report = new ArrayList<>();
    for (HasMetadata object : objects) {
      Optional<PodTemplate> template = PodTemplate.of(object);
      if (template.isPresent()) {
        report.add(name(object) + ": " + inject(injection, object, template.get()));
      }
    }
    return report;
  }

  private static String inject(Injection injection, HasMetadata object, PodTemplate template) {
    try {
      return switch (injection.inject(
          template.metadata(), template.spec(), InjectionWish.ENABLED)) {
        case Injection.Outcome.Injected injected -> {
          template.change().accept(injected.metadata(), injected.spec());
          yield "injected";
        }
        case Injection.Outcome.LeftAlone left -> "left alone, " + words(left.reason());
      };
    } catch (InjectionRefusedException e) {
      throw CommandException.refused(
          "cannot inject " + name(object),
          String.valueOf(e.getMessage()),
          "correct it, or set isthmus.io/inject=disabled on its Pod template; docs/injection.md lists"
              + " what is allowed");
    }
  }

  private static String words(Injection.Reason reason) {
    return switch (reason) {
      case NOT_ASKED_FOR -> "isthmus.io/inject is disabled on it";
      case HOST_NETWORK -> "it is on its node's network";
      case HAS_SIDECAR -> "it has a sidecar";
    };
  }

  private static String name(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }

  /** All objects, in their order, each a document. */
  String yaml() {
    return objects.stream().map(serialization::asYaml).collect(Collectors.joining());
  }
}

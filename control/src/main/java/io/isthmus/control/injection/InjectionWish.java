package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.isthmus.api.Annotations;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code isthmus.io/inject} of a namespace or a Pod asks for. */
public enum InjectionWish {
  ENABLED,
  DISABLED,
  UNSAID;

  /** Of a Pod: its annotation. */
  static InjectionWish ofPod(ObjectMeta pod) throws InjectionRefusedException {
    return said("annotation " + Annotations.INJECT, pod.getAnnotations());
  }

  /** Of a namespace: its annotation or its label; both may say it, if they say the same. */
  public static InjectionWish ofNamespace(ObjectMeta namespace) throws InjectionRefusedException {
    String name = "namespace " + namespace.getName();
    InjectionWish annotation =
        said(name + ", annotation " + Annotations.INJECT, namespace.getAnnotations());
    InjectionWish label = said(name + ", label " + Annotations.INJECT, namespace.getLabels());
    if (annotation != UNSAID && label != UNSAID && annotation != label) {
      throw new InjectionRefusedException(
          "%s: %s is %s as an annotation and %s as a label: remove one of them"
              .formatted(name, Annotations.INJECT, annotation.word(), label.word()));
    }
    return annotation == UNSAID ? label : annotation;
  }

  /** A Pod's own word counts before its namespace's. */
  InjectionWish orElse(InjectionWish namespace) {
    return this == UNSAID ? namespace : this;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static InjectionWish said(String where, @Nullable Map<String, String> words)
      throws InjectionRefusedException {
    Optional<String> word =
        Optional.ofNullable(
            Objects.requireNonNullElse(words, Map.<String, String>of()).get(Annotations.INJECT));
    return switch (word.orElse("")) {
      case "enabled" -> ENABLED;
      case "disabled" -> DISABLED;
      default -> {
        if (word.isPresent()) {
          throw new InjectionRefusedException(
              "%s: '%s', expected enabled or disabled".formatted(where, word.get()));
        }
        yield UNSAID;
      }
    };
  }
}

package io.isthmus.api;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the labels and annotations of an export may say. A word that is not known is never taken for
 * the default: who misspelt {@code terminate}, or {@code true}, meant something, and a Service that
 * is exported otherwise than was meant is worse than one that is not.
 */
public final class ExportWords {
  private static final List<String> EXPORTED =
      List.of(Labels.EXPORTED_TRUE, Labels.EXPORTED_REMOTE_DISCOVERY, "false");
  private static final List<String> TUNNELS =
      List.of(Annotations.TUNNEL_END_TO_END, Annotations.TUNNEL_TERMINATE);
  private static final List<String> YES_OR_NO = List.of("true", "false");

  private ExportWords() {}

  /** The first word that is not known, with those that are; empty if all are. */
  public static Optional<String> problem(
      Map<String, String> labels, Map<String, String> annotations) {
    return unknown("label", Labels.EXPORTED, labels, EXPORTED)
        .or(() -> tunnelProblem(annotations))
        .or(() -> unknown("annotation", Annotations.ALLOW_UNMESHED, annotations, YES_OR_NO));
  }

  /**
   * Whether an export with these annotations means this cluster: without {@link
   * Annotations#EXPORTED_TO} it means all that are linked.
   */
  public static boolean isFor(String cluster, Map<String, String> annotations) {
    String audience = annotations.get(Annotations.EXPORTED_TO);
    return audience == null
        || Arrays.stream(audience.split(",", -1)).map(String::strip).anyMatch(cluster::equals);
  }

  /** As {@link #problem}, of {@link Annotations#TUNNEL} alone: mirrors have it too. */
  public static Optional<String> tunnelProblem(Map<String, String> annotations) {
    return unknown("annotation", Annotations.TUNNEL, annotations, TUNNELS);
  }

  private static Optional<String> unknown(
      String kind, String key, Map<String, String> given, List<String> known) {
    String value = given.get(key);
    return value == null || known.contains(value)
        ? Optional.empty()
        : Optional.of(
            "%s %s is '%s': expected %s"
                .formatted(kind, key, shown(value), String.join(" or ", known)));
  }

  /** An annotation may be as long as 256 KiB. */
  private static String shown(String value) {
    return value.length() <= 64 ? value : value.substring(0, 64) + "...";
  }
}

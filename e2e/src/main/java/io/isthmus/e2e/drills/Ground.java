package io.isthmus.e2e.drills;

import io.isthmus.e2e.install.Operator;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two linked clusters, who operates them, and how pages speak of them. */
record Ground(Operator operator, KubernetesCluster west, KubernetesCluster east) {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern CONTEXT = Pattern.compile("--context (west|east)(?: |$)");

  KubernetesCluster cluster(String word) {
    return switch (word) {
      case "west" -> west;
      case "east" -> east;
      default -> throw new IllegalArgumentException("no cluster is called '%s'".formatted(word));
    };
  }

  /** Another address that leads to a cluster, if the network is told so. */
  static String otherAddress(KubernetesCluster cluster) {
    int dot = cluster.publicAddress().lastIndexOf('.');
    int last = Integer.parseInt(cluster.publicAddress().substring(dot + 1));
    return cluster.publicAddress().substring(0, dot + 1) + (100 + last);
  }

  /** Addresses and contexts as pages write them. */
  String asInPages(String text) {
    String spoken = text;
    for (String word : List.of("west", "east")) {
      KubernetesCluster cluster = cluster(word);
      spoken =
          spoken
              .replaceAll(Pattern.quote(otherAddress(cluster)) + "(?!\\d)", "<" + word + " moved>")
              .replaceAll(Pattern.quote(cluster.publicAddress()) + "(?!\\d)", "<" + word + ">")
              .replace(cluster.name(), word);
    }
    return spoken;
  }

  /** Types a line of a page. */
  void type(String line) {
    Matcher context = CONTEXT.matcher(line);
    List<String> words = words(context.replaceAll(""));
    String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
    context.reset();
    switch (words.getFirst()) {
      case "kubectl" -> {
        if (!context.find()) {
          throw new IllegalArgumentException("expected --context west or east: " + line);
        }
        operator.kubectl(cluster(context.group(1)), arguments);
      }
      case "isthmus" -> {
        List<String> all = new ArrayList<>(List.of(arguments));
        context
            .results()
            .forEach(found -> all.addAll(List.of("--context", cluster(found.group(1)).name())));
        operator.isthmus(all.toArray(String[]::new));
      }
      default -> throw new IllegalArgumentException("expected kubectl or isthmus: " + line);
    }
  }

  private static List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }
}

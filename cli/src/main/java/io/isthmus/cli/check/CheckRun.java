package io.isthmus.cli.check;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the verbs that check have in common: contexts, printing, exit codes. */
final class CheckRun {
  private CheckRun() {}

  /**
   * @param link the only Link to look at; else all
   * @param nodes whether each node is asked for what it reaches
   */
  static int clusters(GlobalOptions global, Optional<String> link, boolean nodes, PrintWriter out) {
    long began = System.nanoTime();
    Map<String, Config> contexts = contexts(global);
    Clusters read = Clusters.read(contexts, global.namespace());
    Clusters clusters = nodes ? read.withNodes(contexts, global.namespace()) : read;
    link.ifPresent(name -> requireLink(clusters, name));
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    return print(Report.of(clusters, link, Instant.now(), millis), global, out);
  }

  private static void requireLink(Clusters clusters, String name) {
    List<String> known =
        clusters.all().stream()
            .flatMap(facts -> facts.links().stream())
            .map(link -> link.getMetadata().getName())
            .distinct()
            .toList();
    boolean couldTell =
        clusters.all().stream().anyMatch(facts -> facts.mesh().links().value().isPresent());
    if (couldTell && !known.contains(name)) {
      throw CommandException.usage(
          "no Link " + name,
          "the clusters that were asked have the Links " + known,
          "name one of them, or another --context");
    }
  }

  static Map<String, Config> contexts(GlobalOptions global) {
    KubeContexts file = KubeContexts.of(global);
    List<String> names =
        global.contexts().isEmpty() ? List.of(file.name(global)) : global.contexts();
    Map<String, Config> contexts = new LinkedHashMap<>();
    names.forEach(name -> contexts.put(name, file.config(name)));
    return contexts;
  }

  static int print(Report report, GlobalOptions global, PrintWriter out) {
    switch (global.output()) {
      case TABLE -> out.print(new ReportText(report).text());
      case JSON -> out.println(Serialization.asJson(report));
      case YAML -> out.print(Serialization.asYaml(report));
    }
    out.flush();
    if (report.clusters().isEmpty()) {
      return ExitCode.UNREACHABLE;
    }
    return report.isFatal() ? ExitCode.NO : ExitCode.YES;
  }
}

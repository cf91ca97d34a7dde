package io.isthmus.cli.check;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.GlobalOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** {@code isthmus check --pre}, of each context. */
final class PreRun {
  private PreRun() {}

  static int of(GlobalOptions global, PrintWriter out) {
    long began = System.nanoTime();
    List<Result> results = new ArrayList<>();
    List<String> reached = new ArrayList<>();
    for (Map.Entry<String, Config> context : CheckRun.contexts(global).entrySet()) {
      String by = "context " + context.getKey();
      try (KubernetesClient client = Clusters.client(context.getValue());
          ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor()) {
        PreFacts facts = PreFacts.read(client, by, global.namespace(), calls);
        Sheet sheet = new Sheet(context.getKey());
        PreChecks.look(facts, sheet);
        results.addAll(sheet.results());
        if (facts.server().value().isPresent()) {
          reached.add(by);
        }
      }
    }
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    return CheckRun.print(Report.of(results, reached, List.of(), millis), global, out);
  }
}

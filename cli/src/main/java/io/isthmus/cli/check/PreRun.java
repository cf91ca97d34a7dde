package io.isthmus.cli.check;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.GlobalOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** {@code isthmus check --pre}, of each context. */
final class PreRun {
  private PreRun() {}

  static int of(GlobalOptions global, PrintWriter out) {
    long began = System.nanoTime();
    List<Result> results = new ArrayList<>();
    List<String> reached = new ArrayList<>();
    try (Calls calls = new Calls(PreFacts.KINDS)) {
      Map<String, CompletableFuture<PreFacts>> contexts = new LinkedHashMap<>();
      CheckRun.contexts(global)
          .forEach((context, config) ->
              contexts.put(
                  context, calls.run(() -> read(context, config, global.namespace(), calls))));
      contexts.forEach((context, reading) -> {
        PreFacts facts = reading.join();
        Sheet sheet = new Sheet(context);
        PreChecks.look(facts, sheet);
        results.addAll(sheet.results());
        if (facts.server().value().isPresent()) {
          reached.add(facts.by());
        }
      });
    }
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    return CheckRun.print(Report.of(results, reached, List.of(), millis), global, out);
  }

  private static PreFacts read(String context, Config config, String namespace, Calls calls) {
    try (KubernetesClient client = calls.client(config)) {
      return PreFacts.read(
          client, "context " + context, namespace, ServerCalls.open(client, calls));
    }
  }
}

package io.isthmus.cli.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus check pod}. */
@Command(
    name = "pod",
    description = "Say why a Pod is not in the mesh, or not as it should be.",
    mixinStandardHelpOptions = true)
final class CheckPod implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "<namespace>/<name>", description = "The Pod.")
  private String pod = "";

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    String[] key = pod.split("/", -1);
    if (key.length != 2 || key[0].isEmpty() || key[1].isEmpty()) {
      throw CommandException.usage(
          "\"%s\" is no Pod".formatted(pod),
          "expected its namespace and name",
          "isthmus check pod shop/web-1");
    }
    long began = System.nanoTime();
    KubeContexts contexts = KubeContexts.of(global);
    String context = contexts.name(global);
    try (Calls calls = new Calls(PodFacts.KINDS);
        KubernetesClient client = calls.client(contexts.config(context))) {
      PodFacts facts =
          PodFacts.read(
              client, global.namespace(), key[0], key[1], ServerCalls.open(client, calls));
      Sheet sheet = new Sheet(context);
      PodChecks.look(facts, Instant.now(), sheet);
      long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
      List<String> reached =
          facts.isReached() ? List.of("%s of context %s".formatted(pod, context)) : List.of();
      return CheckRun.print(
          Report.of(sheet.results(), reached, List.of(), millis),
          global,
          spec.commandLine().getOut());
    }
  }
}

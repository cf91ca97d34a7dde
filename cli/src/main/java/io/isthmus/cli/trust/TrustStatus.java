package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust status}. */
@Command(
    name = "status",
    description = {
      "Show what is trusted in all linked clusters, who enforces it, and what a rotation waits for.",
      "Begins at each --context, and asks their peers with the Links' credentials.",
      "Exit code 0 when all is steady; 1 when a rotation is under way or held, something has expired, is late or could not be asked."
    },
    mixinStandardHelpOptions = true)
final class TrustStatus implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--watch",
      description =
          "Look again every 2 s, and print when something changed that matters (not ages and counts), until Ctrl-C or the output is closed.")
  private boolean watch;

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    Map<String, Survey.Source> contexts = contexts(global);
    TrustReport report =
        watch
            ? new Watch(spec.commandLine().getOut(), spec.commandLine().getErr(), Pace.REAL)
                .follow(() -> report(contexts, global), each -> print(each, global))
            : report(contexts, global);
    if (!watch) {
      print(report, global);
    }
    return report.wrong().isEmpty() ? ExitCode.YES : ExitCode.NO;
  }

  private static Map<String, Survey.Source> contexts(GlobalOptions global) {
    KubeContexts file = KubeContexts.of(global);
    List<String> names =
        global.contexts().isEmpty() ? List.of(file.name(global)) : global.contexts();
    Map<String, Survey.Source> contexts = new LinkedHashMap<>();
    for (String name : names) {
      file.config(name); // says now what is wrong with the command line
      contexts.put(name, () -> file.client(name));
    }
    return contexts;
  }

  private static TrustReport report(Map<String, Survey.Source> contexts, GlobalOptions global) {
    Survey survey = Survey.of(contexts, global.namespace());
    if (survey.views().isEmpty()) {
      Survey.Unasked first = survey.unasked().getFirst();
      throw CommandException.unreachable(
          "no cluster could be asked: " + first.by(),
          first.why(),
          "check it with: kubectl --context %s get trustdomains".formatted(first.cluster()));
    }
    return TrustReport.of(survey.views(), survey.unasked(), Pace.REAL.now());
  }

  private void print(TrustReport report, GlobalOptions global) {
    Instant now = Pace.REAL.now();
    PrintWriter out = spec.commandLine().getOut();
    switch (global.output()) {
      case TABLE -> {
        if (watch) {
          out.printf("---- %s%n", Words.second(now));
        }
        out.print(new StatusText(report, now).text());
      }
      case JSON -> out.println(Serialization.asJson(report));
      case YAML -> out.print(Serialization.asYaml(report));
    }
    out.flush();
  }
}

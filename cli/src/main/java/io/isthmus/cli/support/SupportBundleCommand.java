package io.isthmus.cli.support;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import io.isthmus.cli.Unanswered;
import io.isthmus.cli.VersionCommand;
import io.isthmus.cli.trust.Period;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus support-bundle}. */
@Command(
    name = "support-bundle",
    description = {
      "Gather what helps to understand an incident into one zip file, from each --context.",
      "Without secrets: of Secrets names and sizes alone, of Pods of yours what the mesh has to do with,",
      "and keys, tokens and passwords are taken out of all text. Look at it before you give it away.",
      "What could not be read is listed in gaps.txt, and makes exit code 1."
    },
    mixinStandardHelpOptions = true)
public final class SupportBundleCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--file",
      paramLabel = "<file>",
      description = "The file to make; default: isthmus-support-<time>.zip, here.")
  private Path file = Path.of("isthmus-support-%s.zip".formatted(TIME.format(Instant.now())));

  @Option(
      names = "--since",
      paramLabel = "<period>",
      converter = Period.class,
      defaultValue = "24h",
      description = "How far back logs go; default: ${DEFAULT-VALUE}.")
  private Duration since = Duration.ZERO;

  @Option(
      names = "--lines",
      paramLabel = "<number>",
      defaultValue = "5000",
      description = "Lines of each log at most; default: ${DEFAULT-VALUE}.")
  private int lines;

  @Option(
      names = "--sidecars",
      paramLabel = "<number>",
      defaultValue = "50",
      description = "Logs of that many sidecars at most; default: ${DEFAULT-VALUE}.")
  private int sidecars;

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    KubeContexts contexts = KubeContexts.of(global);
    List<String> names =
        global.contexts().isEmpty()
            ? List.of(contexts.name(global))
            : global.contexts().stream().distinct().toList();
    names.forEach(contexts::config); // says now what is wrong with the command line
    PrintWriter out = spec.commandLine().getOut();
    List<String> gaps = new ArrayList<>();
    int unreachable = 0;
    try (BundleArchive archive = new BundleArchive(file)) {
      archive.add("version.txt", VersionCommand.text() + "\n" + Instant.now() + "\n");
      for (String name : names) {
        try (KubernetesClient client = contexts.client(name)) {
          client.getKubernetesVersion(); // no use in asking for more where nobody answers
          gaps.addAll(
              new ClusterEvidence(
                      client,
                      name.replaceAll("[^A-Za-z0-9._-]", "_"),
                      global.namespace(),
                      archive,
                      new ClusterEvidence.Logs(
                          Math.toIntExact(Math.max(1, since.toSeconds())), lines, sidecars))
                  .collect());
        } catch (KubernetesClientException e) {
          unreachable++;
          gaps.add("%s: %s".formatted(name, Unanswered.why(e)));
        }
      }
      archive.add("gaps.txt", String.join("\n", gaps) + "\n");
      if (unreachable < names.size()) {
        out.printf("%s: %d files from %s%n", archive.file(), archive.entries(), names);
      }
    }
    if (unreachable == names.size()) {
      remove();
      throw CommandException.unreachable(
          "no cluster could be reached", gaps.getFirst(), "check it with: kubectl version");
    }
    gaps.forEach(gap -> out.println("  not read: " + gap));
    out.flush();
    return gaps.isEmpty() ? ExitCode.YES : ExitCode.NO;
  }

  private void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw CommandException.refused(
          "cannot remove " + file, e.toString(), "remove it by hand: it has nothing in it");
    }
  }
}

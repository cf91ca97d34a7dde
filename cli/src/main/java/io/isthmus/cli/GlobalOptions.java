package io.isthmus.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every verb takes, and the command itself before the verb. */
public final class GlobalOptions {
  @Option(
      scope = ScopeType.INHERIT,
      names = "--kubeconfig",
      paramLabel = "<file>",
      description = "Kubeconfig file; default: $KUBECONFIG, else ~/.kube/config.")
  private @Nullable Path kubeconfig;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--context",
      paramLabel = "<name>",
      description = "Context of the kubeconfig; default: its current one.")
  private @Nullable String context;

  @Option(
      scope = ScopeType.INHERIT,
      names = {"-n", "--namespace"},
      paramLabel = "<name>",
      defaultValue = "isthmus-system",
      description = "Namespace; default: ${DEFAULT-VALUE}.")
  private String namespace = "isthmus-system";

  @Option(
      scope = ScopeType.INHERIT,
      names = {"-o", "--output"},
      paramLabel = "<format>",
      defaultValue = "table",
      description = "One of: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
  private OutputFormat output = OutputFormat.TABLE;

  @Option(
      scope = ScopeType.INHERIT,
      names = {"-v", "--verbose"},
      description = "Say more: requests to the API servers, and stack traces of errors.")
  private boolean verbose;

  /** A command below the one that has the options. */
  public interface Source {
    GlobalOptions global();
  }

  public Optional<Path> kubeconfig() {
    return Optional.ofNullable(kubeconfig);
  }

  public Optional<String> context() {
    return Optional.ofNullable(context);
  }

  public String namespace() {
    return namespace;
  }

  public OutputFormat output() {
    return output;
  }

  public boolean verbose() {
    return verbose;
  }
}

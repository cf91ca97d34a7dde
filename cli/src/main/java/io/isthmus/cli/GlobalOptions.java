package io.isthmus.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every verb takes, and the command itself before the verb. */
public final class GlobalOptions {
  @Option(
      scope = ScopeType.INHERIT,
      names = "--kubeconfig",
      paramLabel = "<file>",
      description = "Kubeconfig file; default: those that $KUBECONFIG lists, else ~/.kube/config.")
  private @Nullable Path kubeconfig;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--context",
      paramLabel = "<name>",
      parameterConsumer = EachContext.class,
      description = {
        "Context of the kubeconfig; default: its current one.",
        "May be repeated where a verb looks at several clusters."
      })
  private final List<String> contexts = new ArrayList<>();

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
      description = "One of: ${COMPLETION-CANDIDATES} (bundles); default: ${DEFAULT-VALUE}.")
  private Typed output = Typed.TABLE;

  @Option(
      scope = ScopeType.INHERIT,
      names = {"-v", "--verbose"},
      description = "Say more: requests to the API servers, and stack traces of errors.")
  private boolean verbose;

  /** Adds it to those that were typed before the verb, which picocli's own way forgets. */
  static final class EachContext implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> rest, ArgSpec option, CommandSpec command) {
      if (rest.isEmpty()) {
        throw new MissingParameterException(
            command.commandLine(), option, "Missing required parameter for '--context' (<name>)");
      }
      List<String> contexts = option.getValue();
      contexts.add(rest.pop());
    }
  }

  /** What may be typed; which of it a verb has is for {@link #output} and {@link #bundleOutput}. */
  enum Typed {
    TABLE,
    JSON,
    YAML,
    PEM;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A command below the one that has the options. */
  public interface Source {
    GlobalOptions global();
  }

  public Optional<Path> kubeconfig() {
    return Optional.ofNullable(kubeconfig);
  }

  /** The only one, for a verb that looks at one cluster. */
  public Optional<String> context() {
    if (contexts.size() > 1) {
      throw CommandException.usage(
          "%d contexts: %s".formatted(contexts.size(), contexts),
          "this verb is about one cluster",
          "name one of them with --context");
    }
    return contexts.stream().findFirst();
  }

  /** Those of several clusters; empty for the current one. */
  public List<String> contexts() {
    return List.copyOf(contexts);
  }

  public String namespace() {
    return namespace;
  }

  public OutputFormat output() {
    return switch (output) {
      case TABLE -> OutputFormat.TABLE;
      case JSON -> OutputFormat.JSON;
      case YAML -> OutputFormat.YAML;
      case PEM ->
          throw CommandException.usage(
              "cannot print this as pem", "it is no certificate", "use -o table, json or yaml");
    };
  }

  /** In which form a trust bundle is printed; a JWKS document where nothing is said. */
  public BundleFormat bundleOutput() {
    return switch (output) {
      case TABLE, JSON -> BundleFormat.JWKS;
      case PEM -> BundleFormat.PEM;
      case YAML ->
          throw CommandException.usage(
              "cannot print a bundle as yaml",
              "SPIFFE's form of it is a JWKS document",
              "use -o json or -o pem");
    };
  }

  public boolean verbose() {
    return verbose;
  }
}

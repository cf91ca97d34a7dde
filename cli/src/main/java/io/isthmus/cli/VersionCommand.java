package io.isthmus.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code isthmus version}. */
@Command(
    name = "version",
    description = "Print the version of this command.",
    mixinStandardHelpOptions = true)
public final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(text());
    spec.commandLine().getOut().flush();
    return ExitCode.YES;
  }

  /** For {@code --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {VersionCommand.text()};
    }
  }

  /** The version of this command, for people. */
  public static String text() {
    return "isthmus %s (Java %s)"
        .formatted(version().orElse("unpackaged build"), Runtime.version().feature());
  }

  /** The version of this command; empty when it does not run out of a jar. */
  public static Optional<String> version() {
    return Optional.ofNullable(Provider.class.getPackage().getImplementationVersion());
  }
}

package io.isthmus.cli.capture;

import io.isthmus.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code isthmus capture show}. */
@Command(
    name = "show",
    description = "Print what is installed, as nft has it; the exit code is 1 where nothing is.",
    mixinStandardHelpOptions = true)
final class CaptureShow implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CaptureTable.requireRoot();
    boolean installed = CaptureTable.isInstalled();
    spec.commandLine()
        .getOut()
        .print(
            installed
                ? CaptureTable.list()
                : "Nothing is captured here: there is no table %s.%n".formatted(CaptureTable.NAME));
    spec.commandLine().getOut().flush();
    return installed ? ExitCode.YES : ExitCode.NO;
  }
}

package io.isthmus.cli.capture;

import io.isthmus.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code isthmus capture remove}. */
@Command(
    name = "remove",
    description = {
      "Take back what isthmus capture install made, and nothing else.",
      "Connections that are open stay with the sidecar; repeating is safe."
    },
    mixinStandardHelpOptions = true)
final class CaptureRemove implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CaptureTable.requireRoot();
    boolean installed = CaptureTable.isInstalled();
    if (installed) {
      CaptureTable.remove();
    }
    spec.commandLine()
        .getOut()
        .println(
            installed
                ? "Removed the table " + CaptureTable.NAME + "."
                : "Nothing to remove: there is no table " + CaptureTable.NAME + ".");
    spec.commandLine().getOut().flush();
    return ExitCode.YES;
  }
}

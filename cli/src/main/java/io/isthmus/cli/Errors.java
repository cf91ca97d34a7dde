package io.isthmus.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import picocli.CommandLine;

/** Prints what a verb threw, and decides the exit code. */
final class Errors implements CommandLine.IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception exception, CommandLine line, CommandLine.ParseResult parsed) {
    CommandException error =
        switch (exception) {
          case CommandException known -> known;
          case KubernetesClientException api -> ofApi(api);
          default ->
              CommandException.refused(
                  line.getCommandSpec().qualifiedName() + " failed",
                  exception.toString(),
                  "run it again with -v for the stack trace");
        };
    PrintWriter err = line.getErr();
    err.println(error.text());
    if (parsed.expandedArgs().contains("-v") || parsed.expandedArgs().contains("--verbose")) {
      exception.printStackTrace(err);
    }
    err.flush();
    return error.exitCode();
  }

  private static CommandException ofApi(KubernetesClientException api) {
    if (api.getCode() > 0) {
      return CommandException.refused(
          "the API server refused with status " + api.getCode(),
          String.valueOf(api.getMessage()),
          "check the object named above, and what the context's user may do: kubectl auth can-i");
    }
    Throwable cause = api.getCause() == null ? api : api.getCause();
    return CommandException.unreachable(
        "cannot reach the API server",
        "%s (%s)".formatted(api.getMessage(), cause),
        "check the context with: kubectl --context <name> version");
  }
}

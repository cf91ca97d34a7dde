package io.isthmus.cli.capture;

import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import io.isthmus.control.injection.CapturedTraffic;
import io.isthmus.control.injection.Cidr;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code isthmus capture install}. */
@Command(
    name = "install",
    description = {
      "Send what is opened here to port 15001, and what others open to this machine to port 15006.",
      "Until a sidecar listens there, these connections are refused, a new SSH session among them:",
      "see --skip-inbound-ports. Repeating replaces what was installed."
    },
    mixinStandardHelpOptions = true)
final class CaptureInstall implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--user",
      paramLabel = "<uid>",
      description = "User of the sidecar, which is not captured; default: ${DEFAULT-VALUE}.")
  private long user = CapturedTraffic.SIDECAR_USER;

  @Option(
      names = "--skip-inbound-ports",
      split = ",",
      paramLabel = "<port>",
      description = "Ports that others reach without the sidecar, such as 22.")
  private final List<Integer> inboundPorts = new ArrayList<>();

  @Option(
      names = "--skip-outbound-ports",
      split = ",",
      paramLabel = "<port>",
      description = "Ports of others that are reached without the sidecar.")
  private final List<Integer> outboundPorts = new ArrayList<>();

  @Option(
      names = "--skip-outbound-cidrs",
      split = ",",
      paramLabel = "<cidr>",
      description = "Networks that are reached without the sidecar, IPv4 and IPv6.")
  private final List<String> outboundCidrs = new ArrayList<>();

  @Option(
      names = "--dry-run",
      description = "Print the call of nft and the rules that it is given, and change nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    CapturedTraffic traffic = traffic();
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      String call =
          traffic.command(user, "-").stream()
              .map(word -> word.contains(" ") ? "'" + word + "'" : word)
              .collect(Collectors.joining(" "));
      out.print("# " + call + "\n" + CaptureTable.rules());
      out.flush();
      return ExitCode.YES;
    }
    CaptureTable.requireRoot();
    out.printf(
        "Capturing TCP by the table %s, but for what user %d opens:%n"
            + "  opened here: to port 15001%n  opened by others: to port 15006%n",
        CaptureTable.NAME, user);
    out.flush();
    CaptureTable.install(traffic, user);
    out.println("Captured. isthmus capture remove takes it back.");
    out.flush();
    return ExitCode.YES;
  }

  private CapturedTraffic traffic() {
    if (user < 1) {
      throw CommandException.usage(
          "--user=" + user,
          "what root opens has to be captured, and nobody's ID is less",
          "give the sidecar a user of its own, such as " + CapturedTraffic.SIDECAR_USER);
    }
    try {
      return new CapturedTraffic(
          new TreeSet<>(inboundPorts),
          new TreeSet<>(outboundPorts),
          outboundCidrs.stream().map(CaptureInstall::cidr).toList());
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(
          "cannot skip ports",
          String.valueOf(e.getMessage()),
          "separate ports by commas, such as 22,9100");
    }
  }

  private static Cidr cidr(String text) {
    return Cidr.parse(text)
        .orElseThrow(() ->
            CommandException.usage(
                "--skip-outbound-cidrs: '%s'".formatted(text),
                "this is no network",
                "write it such as 10.0.0.0/8 or fd00::/8"));
  }
}

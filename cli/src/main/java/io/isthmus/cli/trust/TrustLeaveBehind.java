package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Confirmation;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust leave-behind}. */
@Command(
    name = "leave-behind",
    description = "Let the running rotation not wait for a linked cluster that does not report.",
    mixinStandardHelpOptions = true)
final class TrustLeaveBehind implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private Confirmation confirmation = new Confirmation();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "<cluster>", description = "Name of the cluster, as its Link has it.")
  private String cluster = "";

  @Option(names = "--undo", description = "Wait for it again.")
  private boolean undo;

  @Option(names = "--dry-run", description = "Print the YAML, and change nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      OwnDomain own = OwnDomain.find(client, global.namespace());
      PrintWriter out = spec.commandLine().getOut();
      List<String> before = undo || own.asksForTheLastRotation() ? leftBehind(own) : List.of();
      if (before.contains(cluster) != undo) {
        out.printf(
            undo ? "%s is waited for: nothing to undo.%n" : "%s is left behind already.%n",
            cluster);
        out.flush();
        return ExitCode.YES;
      }
      Map<String, Object> wish = own.aboutRotation("leaveBehind", changed(own, before));
      if (dryRun) {
        out.print(own.yaml(wish));
        out.flush();
        return ExitCode.YES;
      }
      say(own, out);
      if (!undo) {
        confirmation.ask("%s is waited for as before".formatted(cluster));
      }
      own.write(wish);
      out.println(undo ? "Waited for again." : "Left behind.");
      out.flush();
    }
    return ExitCode.YES;
  }

  private static List<String> leftBehind(OwnDomain own) {
    return own.asked().map(TrustDomainSpec.Rotation::leaveBehind).orElse(List.of());
  }

  private List<String> changed(OwnDomain own, List<String> before) {
    List<String> after = new ArrayList<>(before);
    if (undo) {
      after.remove(cluster);
      return after;
    }
    if (cluster.equals(own.cluster())) {
      throw CommandException.refused(
          "cannot leave %s behind".formatted(cluster),
          "it is the cluster whose trust is rotated: its own proxies would be locked out",
          "find out why it does not report: isthmus trust status");
    }
    List<String> linked = own.links().stream().map(link -> link.getSpec().cluster()).toList();
    if (!linked.contains(cluster)) {
      throw CommandException.refused(
          "cannot leave %s behind".formatted(cluster),
          "no Link leads to a cluster of this name; those linked are %s".formatted(linked),
          "name one of them");
    }
    if (own.isSteady() || own.rotation().isEmpty()) {
      throw CommandException.refused(
          "cannot leave %s behind".formatted(cluster),
          "no rotation of %s is under way, and the next one begins with everybody"
              .formatted(own.trustDomain()),
          "ask for one first: isthmus trust rotate");
    }
    Optional<String> next = own.nextId();
    if (next.isPresent()) {
      throw CommandException.refused(
          "cannot leave %s behind".formatted(cluster),
          "spec.rotation.id is %s, which waits, and what stands beside it does not count for the rotation that runs"
              .formatted(next.get()),
          "write the id of the one that runs there first: isthmus trust status");
    }
    after.add(cluster);
    return after;
  }

  private void say(OwnDomain own, PrintWriter out) {
    String rotation = own.rotation().map(running -> running.id()).orElse("");
    if (undo) {
      out.printf("The rotation %s waits for %s again.%n", rotation, cluster);
    } else {
      own.enforced(Pace.REAL.now()).stream()
          .filter(each -> each.cluster().equals(cluster))
          .flatMap(each -> each.behind(each.sequence(), Pace.REAL.now()).stream())
          .forEach(line -> out.println("Now: " + line));
      out.printf(
          "The rotation %s no longer waits for %s. Proxies there that do not enforce the new anchor in time refuse%n",
          rotation, cluster);
      out.printf(
          "the new certificates of %s: calls between the two fail until the bundle has reached them over the Link.%n",
          own.trustDomain());
    }
    out.flush();
  }
}

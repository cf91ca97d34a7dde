package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Confirmation;
import io.isthmus.cli.DryRun;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Gives the operator's word that something is not waited for, or takes it back. It is given with
 * the id of the rotation that runs, since it counts for that one alone.
 */
abstract sealed class WaiverCommand implements Callable<Integer>
    permits TrustLeaveBehind, TrustPassOver {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private DryRun dryRun = new DryRun();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--undo", description = "Wait for it again.")
  private boolean undo;

  /** What was typed. */
  abstract Waiver waiver(OwnDomain own);

  @Override
  public final Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      OwnDomain own = OwnDomain.find(client, global.namespace());
      PrintWriter out = spec.commandLine().getOut();
      Waiver waiver = waiver(own);
      List<String> before = undo || own.asksForTheLastRotation() ? there(own, waiver) : List.of();
      if (before.stream().anyMatch(waiver::isNamedBy) != undo) {
        out.printf(
            "%s is %s%n",
            waiver.name(), undo ? "waited for: nothing to undo." : waiver.done() + " already.");
      } else {
        write(own, waiver, before, out);
      }
      out.flush();
    }
    return ExitCode.YES;
  }

  private static List<String> there(OwnDomain own, Waiver waiver) {
    return own.asked().map(waiver::list).orElse(List.of());
  }

  private void write(OwnDomain own, Waiver waiver, List<String> before, PrintWriter out) {
    Instant now = Pace.REAL.now();
    List<String> after = new ArrayList<>(before);
    if (undo) {
      after.removeIf(waiver::isNamedBy);
    } else {
      waiver.check(own, now);
      checkRotation(own, waiver);
      after.add(waiver.name());
    }
    Map<String, Object> wish = own.aboutRotation(waiver.field(), after);
    if (dryRun.isAsked()) {
      out.print(own.yaml(wish));
      return;
    }
    String rotation = own.rotation().map(running -> running.id()).orElse("");
    if (undo) {
      out.printf("The rotation %s waits for %s again.%n", rotation, waiver.name());
    } else {
      out.printf("The rotation %s no longer waits for %s.%n", rotation, waiver.name());
      waiver.consequences(own, now).forEach(out::println);
      out.flush();
      confirmation.ask("%s is waited for as before".formatted(waiver.name()));
    }
    own.write(wish);
    out.printf("%s is %s.%n", waiver.name(), undo ? "waited for again" : waiver.done());
  }

  private static void checkRotation(OwnDomain own, Waiver waiver) {
    if (own.isSteady() || own.rotation().isEmpty()) {
      throw CommandException.refused(
          "cannot " + waiver.attempt(),
          "no rotation of %s is under way, and the next one begins with everybody"
              .formatted(own.trustDomain()),
          "ask for one first: isthmus trust rotate");
    }
    Optional<String> next = own.nextId();
    if (next.isPresent()) {
      throw CommandException.refused(
          "cannot " + waiver.attempt(),
          "spec.rotation.id is %s, which waits, and what stands beside it does not count for the rotation that runs"
              .formatted(next.get()),
          "write the id of the one that runs there first: isthmus trust status");
    }
  }
}

package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Confirmation;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Gives the operator's word that something is not waited for, or takes it back. It is given with
 * the id of the rotation that runs, since it counts for that one alone.
 */
abstract sealed class WaiverCommand extends OwnDomainVerb permits TrustLeaveBehind, TrustPassOver {
  @Mixin private Confirmation confirmation = new Confirmation();

  @Option(names = "--undo", description = "Wait for it again.")
  private boolean undo;

  /** What was typed. */
  abstract Waiver waiver(OwnDomain own);

  @Override
  final int run(OwnDomain own, PrintWriter out) {
    Waiver waiver = waiver(own);
    List<String> before = undo || own.asksForTheLastRotation() ? there(own, waiver) : List.of();
    if (before.stream().anyMatch(waiver::isNamedBy) != undo) {
      out.printf(
          "%s is %s%n",
          waiver.name(), undo ? "waited for: nothing to undo." : waiver.done() + " already.");
    } else if (undo) {
      waitAgain(own, waiver, before, out);
    } else {
      waive(own, waiver, before, out);
    }
    return ExitCode.YES;
  }

  private static List<String> there(OwnDomain own, Waiver waiver) {
    return own.asked().map(waiver::list).orElse(List.of());
  }

  private void waitAgain(OwnDomain own, Waiver waiver, List<String> before, PrintWriter out) {
    Map<String, Object> wish =
        own.aboutRotation(
            waiver.field(), before.stream().filter(each -> !waiver.isNamedBy(each)).toList());
    if (isDryRun()) {
      out.print(own.manifest(wish));
      return;
    }
    own.write(wish);
    out.printf("The rotation %s waits for %s again.%n", running(own), waiver.name());
  }

  private void waive(OwnDomain own, Waiver waiver, List<String> before, PrintWriter out) {
    check(own, waiver);
    List<String> after = new ArrayList<>(before);
    after.add(waiver.name());
    if (isDryRun()) {
      out.print(own.manifest(own.aboutRotation(waiver.field(), after)));
      return;
    }
    String rotation = running(own);
    out.printf("The rotation %s will no longer wait for %s.%n", rotation, waiver.name());
    waiver.consequences(own, Pace.REAL.now()).forEach(out::println);
    out.flush();
    confirmation.ask("%s is waited for as before".formatted(waiver.name()));
    OwnDomain now = own.unchanged(); // whoever was asked may have thought for long
    if (!running(now).equals(rotation)) {
      throw CommandException.refused(
          "cannot " + waiver.attempt(),
          "the rotation %s is over: the one of %s now is %s"
              .formatted(rotation, own.trustDomain(), running(now)),
          "see what that one waits for: isthmus trust status");
    }
    check(now, waiver);
    now.write(now.aboutRotation(waiver.field(), after));
    out.printf("%s is %s by the rotation %s.%n", waiver.name(), waiver.done(), rotation);
  }

  private static String running(OwnDomain own) {
    return own.rotation().map(TrustDomainStatus.RotationStatus::id).orElse("");
  }

  private static void check(OwnDomain own, Waiver waiver) {
    waiver.check(own, Pace.REAL.now());
    checkRotation(own, waiver);
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

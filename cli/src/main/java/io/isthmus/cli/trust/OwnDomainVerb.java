package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.DryRun;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A verb that changes what one cluster issues for; it is that of the only {@code --context}. */
abstract sealed class OwnDomainVerb implements Callable<Integer>
    permits TrustRotate, TrustAbort, WaiverCommand, TrustRevoke, TrustInstallIssuer {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private DryRun dryRun = new DryRun();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public final Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    PrintWriter out = spec.commandLine().getOut();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      return run(OwnDomain.find(client, global.namespace()), out);
    } finally {
      out.flush(); // before what is said of an error
    }
  }

  /** Returns the exit code. */
  abstract int run(OwnDomain own, PrintWriter out);

  final boolean isDryRun() {
    return dryRun.isAsked();
  }

  /** For what is said beside the output. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}

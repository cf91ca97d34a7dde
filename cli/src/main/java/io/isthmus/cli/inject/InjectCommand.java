package io.isthmus.cli.inject;

import io.isthmus.certs.TrustDomain;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import io.isthmus.control.injection.Injection;
import io.isthmus.control.injection.Installed;
import io.isthmus.control.injection.SidecarForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code isthmus inject}. */
@Command(
    name = "inject",
    description = {
      "Give the Pods of a manifest their sidecars, and print it: for clusters without the webhook,",
      "or to see what it does. Talks to no cluster; say what the cluster's control plane was told."
    },
    mixinStandardHelpOptions = true)
public final class InjectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "<file>",
      description = "The manifest; - for standard input.")
  private String file = "";

  @Option(
      names = "--cluster",
      required = true,
      paramLabel = "<name>",
      description = "Name of the cluster.")
  private String cluster = "";

  @Option(
      names = "--trust-domain",
      required = true,
      paramLabel = "<name>",
      description = "The cluster's trust domain.")
  private String trustDomain = "";

  @Option(
      names = "--cluster-domain",
      defaultValue = "cluster.local",
      paramLabel = "<domain>",
      description = "DNS domain of its Services; default: ${DEFAULT-VALUE}.")
  private String clusterDomain = "";

  @Option(
      names = "--sidecar-control-address",
      defaultValue = "isthmus-control.isthmus-system.svc:15012",
      paramLabel = "<host:port>",
      description = "Where sidecars reach the control plane; default: ${DEFAULT-VALUE}.")
  private String controlAddress = "";

  @Option(
      names = "--sidecar-image",
      required = true,
      paramLabel = "<image>",
      description = "Image of the sidecar.")
  private String sidecarImage = "";

  @Option(
      names = "--capture-image",
      defaultValue = "localhost/isthmus-capture",
      paramLabel = "<image>",
      description = "Image of the init container; default: ${DEFAULT-VALUE}.")
  private String captureImage = "";

  @Option(
      names = "--image-pull-policy",
      defaultValue = "IfNotPresent",
      paramLabel = "<policy>",
      description = "Of both images; default: ${DEFAULT-VALUE}.")
  private String pullPolicy = "";

  @Option(
      names = "--sidecar-form",
      defaultValue = "native",
      paramLabel = "<form>",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
  private SidecarForm form = SidecarForm.NATIVE;

  @Override
  public Integer call() {
    Manifest manifest = Manifest.read(file, text());
    manifest
        .inject(new Injection(installed()))
        .forEach(line -> spec.commandLine().getErr().println(line));
    spec.commandLine().getErr().flush();
    spec.commandLine().getOut().print(manifest.yaml());
    spec.commandLine().getOut().flush();
    return ExitCode.YES;
  }

  private Installed installed() {
    try {
      return new Installed(
          cluster,
          TrustDomain.of(trustDomain),
          clusterDomain,
          controlAddress,
          new Installed.Images(sidecarImage, captureImage, pullPolicy),
          form);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(
          "--trust-domain=" + trustDomain,
          String.valueOf(e.getMessage()),
          "give it without spiffe://, such as west.example");
    }
  }

  private byte[] text() {
    try {
      return file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
    } catch (IOException e) {
      throw CommandException.usage("cannot read " + file, e.toString(), "name a file, or -");
    }
  }
}

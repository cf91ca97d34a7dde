package io.isthmus.cli.trust;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code isthmus trust pass-over}. */
@Command(
    name = "pass-over",
    description = {
      "Let the running rotation not wait for a proxy that acknowledges nothing, such as an Envoy or a ztunnel.",
      "It is your word that the proxy has the bundle. One that reports that it is late is waited for all the same."
    },
    mixinStandardHelpOptions = true)
final class TrustPassOver extends WaiverCommand {
  @Parameters(
      paramLabel = "<proxy>",
      description = "namespace/pod of this cluster, or cluster/namespace/pod.")
  private String proxy = "";

  @Override
  Waiver waiver(OwnDomain own) {
    return ProxyWaiver.of(proxy, own.cluster());
  }
}

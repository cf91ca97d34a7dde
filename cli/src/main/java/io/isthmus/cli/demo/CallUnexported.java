package io.isthmus.cli.demo;

import io.isthmus.cli.cluster.AccessLog;
import io.isthmus.cli.cluster.ClusterException;
import io.isthmus.cli.cluster.DemoProcess;
import io.isthmus.cli.cluster.Waiting;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * West still has the mirror, for its mirror controller is stopped while the export is withdrawn: so
 * the request does reach east's gateway, and it is the gateway that refuses it.
 */
final class CallUnexported implements Step {
  static final String URL = "http://internal-east.shop:80/";
  private static final String AUTHORITY = "internal.shop.svc.cluster.local:80";

  @Override
  public String aim() {
    return "see east's gateway refuse a Service that is not exported";
  }

  @Override
  public Told run(DemoMesh mesh) {
    DemoProcess mirrorController = mesh.west().process("mirror-controller");
    AccessLog log = mesh.east().gatewayAccessLog();
    int seen = log.lines().size();
    mirrorController.kill();
    Exports.withdraw(mesh.east(), "internal");
    String said;
    String line;
    try {
      said = refusal(mesh, log, seen);
      line =
          log.await(
              seen,
              "a line that refuses " + AUTHORITY + " as not exported",
              CallUnexported::refuses);
    } finally {
      mirrorController.restart();
    }
    return Told.of(
        "not exported any more: east's gateway refused the same request to internal",
        "$ " + mesh.caller().typed(URL),
        said,
        line);
  }

  private static boolean refuses(String line) {
    return LogLine.parse(line)
        .map(parsed ->
            parsed.has("end", "denied")
                && parsed.has("src.identity", TrueCaller.CALLER)
                && parsed.get("detail").startsWith("not exported: " + AUTHORITY))
        .orElse(false);
  }

  /**
   * A request that is under way when the export goes is cut, not refused: then it is made again.
   */
  private static String refusal(DemoMesh mesh, AccessLog log, int seen) {
    AtomicReference<String> last = new AtomicReference<>("");
    try {
      Waiting.until(
          "the request to internal to be refused",
          Duration.ofSeconds(40),
          () -> {
            Caller.Outcome outcome = mesh.caller().get(URL);
            last.set(outcome.said());
            return !outcome.succeeded()
                && log.lines().stream().skip(seen).anyMatch(CallUnexported::refuses);
          });
    } catch (ClusterException e) {
      throw new ClusterException(
          e.getMessage() + "\n" + mesh.east().process("control").evidence(), e);
    }
    return String.valueOf(last.get());
  }
}

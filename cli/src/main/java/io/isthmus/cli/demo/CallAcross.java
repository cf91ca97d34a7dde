package io.isthmus.cli.demo;

import io.isthmus.cli.cluster.ClusterException;
import io.isthmus.cli.cluster.Waiting;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** The request of the story. */
final class CallAcross implements Step {
  static final String URL = "http://hello-east.shop:80/";
  static final String ANSWER = "hello from pod hello-1 in cluster east";

  @Override
  public String aim() {
    return "reach east's hello from west";
  }

  @Override
  public Told run(DemoMesh mesh) {
    Caller caller = mesh.caller();
    AtomicReference<String> last = new AtomicReference<>("nothing yet");
    try {
      // the mirror exists; its endpoint is on its way to the sidecar for some milliseconds
      Waiting.until(
          "the answer \"" + ANSWER + "\"",
          Duration.ofSeconds(40),
          () -> {
            Caller.Outcome outcome = caller.get(URL);
            last.set(outcome.said());
            return outcome.succeeded() && outcome.said().equals(ANSWER);
          });
    } catch (ClusterException e) {
      throw new ClusterException(
          "%s; the last try said: %s%n%s%n%s"
              .formatted(
                  e.getMessage(),
                  last.get(),
                  mesh.west().process("sidecar-client-1").evidence(),
                  mesh.east().process("gateway").evidence()),
          e);
    }
    return Told.of("called through west's sidecar", "$ " + caller.typed(URL), ANSWER);
  }
}

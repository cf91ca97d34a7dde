package io.isthmus.e2e.story;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.e2e.mesh.Mesh;
import java.util.List;

/** curl in the client's Pod of west, through its sidecar's explicit listener by SOCKS5. */
final class Caller {
  private static final String PROXY = "127.0.0.1:15080";

  private final Mesh mesh;

  Caller(Mesh mesh) {
    this.mesh = mesh;
  }

  /** One request; curl gives up after {@code seconds}. */
  Command.Result get(String url, int seconds) {
    return mesh.west()
        .workloadPod()
        .attempt("curl", "-sS", "-m", Integer.toString(seconds), "--socks5-hostname", PROXY, url);
  }

  /** A response of hello-east that takes 15 s, a byte every 100 ms. */
  ChildProcess drip(String name) {
    return ChildProcess.start(
        name + "-" + System.nanoTime(),
        mesh.scratch(),
        mesh.west()
            .workloadPod()
            .line(
                List.of(
                    "curl",
                    "-sSN",
                    "-m",
                    "60",
                    "--socks5-hostname",
                    PROXY,
                    "http://hello-east.shop:80/drip")));
  }
}

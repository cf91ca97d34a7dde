package io.isthmus.proxy.training;

import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.EchoApplication;
import io.isthmus.proxy.identity.FakeControlPlane;
import io.isthmus.proxy.xds.ServedMesh;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trains the sidecar: it calls an application that it is itself the sidecar of, so that one process
 * meets both sides of its tunnels.
 */
final class SidecarTraining {
  private SidecarTraining() {}

  /** Arguments: java, the JVM options, the jar. */
  public static void main(String[] args) throws Exception {
    Trainee.Shipped shipped = Trainee.Shipped.of(args);
    Path directory = Files.createTempDirectory("isthmus-training-");
    TestCa ca = TestCa.create("west.demo");
    String ip = Loopback.unused();
    InetAddress pod = InetAddress.getByName(ip);
    ServedMesh mesh = new ServedMesh();
    try (EchoApplication application = EchoApplication.start(new InetSocketAddress(pod, 8080));
        FakeControlPlane control = new FakeControlPlane(ca, directory).serving(mesh.service())) {
      control.certifies = ca.id("shop", "hello");
      control.start();
      InetSocketAddress explicit = new InetSocketAddress(pod, 15080);
      try (Trainee sidecar =
          new Trainee(
              shipped,
              ip,
              control.sidecarArguments(
                  ip,
                  "--outbound-address=" + ip + ":15001",
                  "--inbound-plaintext-address=" + ip + ":15006"))) {
        mesh.configureSidecar(ca, control.certifies, ip);
        sidecar.awaitReady();
        new Traffic(explicit, ServedMesh.EXPLICIT_HOST, ServedMesh.EXPLICIT_PORT).run();
        sidecar.readPages();
        sidecar.finish();
      }
    }
  }
}

package io.isthmus.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.identity.FakeControlPlane;
import io.isthmus.proxy.training.Loopback;
import io.isthmus.proxy.training.PackagedProcess;
import io.isthmus.proxy.trust.ReceivedReports;
import io.isthmus.proxy.xds.ServedMesh;
import isthmus.trust.v1alpha1.RefusedGeneration;
import isthmus.trust.v1alpha1.TrustReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sidecar as it is shipped, while its trust domain's bundle changes under it. */
final class TrustReportsIT {
  @TempDir private Path directory;

  private final TestCa ca = TestCa.create("west.demo");
  private final TestCa next = TestCa.create("west.demo");
  private final ServedMesh mesh = new ServedMesh();
  private final ReceivedReports reports = new ReceivedReports();
  private final String ip = Loopback.unused();
  private EchoApplication application;
  private FakeControlPlane control;
  private PackagedProcess sidecar;

  @BeforeEach
  void start() throws Exception {
    application = EchoApplication.start(new InetSocketAddress(ip, 8080));
    control =
        new FakeControlPlane(ca, directory).serving(mesh.service()).serving(reports.service());
    control.certifies = ca.id("shop", "hello");
    control.start();
    sidecar =
        new PackagedProcess(
            PackagedProcess.Launch.onThisJvm(
                List.of("@" + Path.of("target", "isthmus-proxy.options")),
                Path.of("target", "isthmus-proxy.jar"),
                ip,
                directory.resolve("sidecar.log")),
            control.sidecarArguments(ip));
    mesh.configureSidecar(ca, control.certifies, ip);
    sidecar.awaitReady();
  }

  @AfterEach
  void close() throws Exception {
    sidecar.close();
    control.close();
    application.close();
  }

  private static TrustBundle bundle(long sequence, TestCa... roots) {
    return new TrustBundle(
        roots[0].trustDomain(),
        sequence,
        TrustBundle.DEFAULT_REFRESH_HINT,
        Arrays.stream(roots).map(root -> root.root().certificate()).toList());
  }

  private static boolean enforces(TrustReport report, TrustBundle bundle) {
    return report.getInForceList().stream()
        .anyMatch(each ->
            each.getSequence() == bundle.sequence() && each.getDigest().equals(bundle.digest()));
  }

  @Test
  void reportsWhatItEnforcesAndRefusesWhatWouldLockItOut() throws Exception {
    TrustReport first = reports.await(report -> enforces(report, ca.bundle()));
    assertThat(first.getPod()).isEqualTo("hello-1");
    String anchor = Fingerprint.of(ca.root().certificate());
    assertThat(first.getLeaf().getAnchorSha256()).isEqualTo(anchor);
    assertThat(first.getLeaf().getIssuerSha256())
        .isEqualTo(Fingerprint.of(ca.issuer().certificate()));

    try (Socket live = SidecarPair.callHello(ip)) {
      assertThat(echoed(live, "before")).isEqualTo("before");
      mesh.serve(bundle(2, next));
      TrustReport refusing = reports.await(report -> report.getRefusedCount() > 0);
      assertThat(enforces(refusing, ca.bundle())).isTrue();
      RefusedGeneration refused = refusing.getRefused(0);
      assertThat(refused.getSequence()).isEqualTo(2);
      assertThat(refused.getReason())
          .contains("own leaf spiffe://west.demo/ns/shop/sa/hello", anchor);
      assertThat(
              refusing.getConnectionsList().stream()
                  .filter(each -> each.getAnchorSha256().equals(anchor))
                  .mapToInt(each -> each.getLive()))
          .as("it calls itself: both ends of a tunnel are its own")
          .hasSize(1)
          .allMatch(count -> count >= 2);
      assertThat(echoed(live, "still")).isEqualTo("still");
      try (Socket another = SidecarPair.callHello(ip)) {
        assertThat(echoed(another, "new")).isEqualTo("new");
      }
    }

    mesh.serve(bundle(3, ca, next));
    TrustReport both = reports.await(report -> enforces(report, bundle(3, ca, next)));
    assertThat(both.getRefusedList()).isEmpty();
  }

  @Test
  void reportsAgainAfterTheControlPlaneWasRestarted() throws Exception {
    reports.await(report -> enforces(report, ca.bundle()));
    control.stop();
    control.start();
    mesh.awaitStreams(2);
    mesh.serve(bundle(2, ca, next));
    reports.await(report -> enforces(report, bundle(2, ca, next)));
    assertThat(reports.streams()).isEqualTo(2);
  }

  @Test
  void aRevokedAnchorIsTakenAwayFromTheProxyThatStandsOnIt() throws Exception {
    TrustBundle plain = bundle(2, next);
    TrustBundle revoking =
        new TrustBundle(
            plain.trustDomain(),
            plain.sequence(),
            plain.refreshHint(),
            plain.anchors(),
            Set.of(Fingerprint.of(ca.root().certificate())));
    try (Socket live = SidecarPair.callHello(ip)) {
      assertThat(echoed(live, "before")).isEqualTo("before");
      mesh.serve(revoking);
      TrustReport after = reports.await(report -> enforces(report, revoking));
      assertThat(after.getRefusedList()).isEmpty();
      assertThat(after.getLeaf().getAnchorSha256()).isEmpty();
      assertThat(cut(live)).isTrue();
    }
  }

  private static boolean cut(Socket socket) {
    try {
      return socket.getInputStream().read() == -1;
    } catch (java.net.SocketException e) {
      return true;
    } catch (IOException e) {
      return false; // a read that timed out: nobody cut it
    }
  }

  private static String echoed(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(SidecarPair.ascii(text));
    return new String(socket.getInputStream().readNBytes(text.length()));
  }
}

package io.isthmus.mirror.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.testing.TcpForwarder;
import io.isthmus.certs.testing.TestCa;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer's API server that dies, that is cut off, and that withdraws the credentials. */
@ExtendWith(RealApiServerExtension.class)
final class PeerOutageIT {
  private static final TestCa EAST = TestCa.create("east.example");
  private static RealApiServer west;
  private static RealApiServer east;
  private TwoClusters clusters;
  private String shop;

  @BeforeAll
  static void startEast(RealApiServer shared) throws IOException {
    west = shared;
    east = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
    TwoClusters.namespace(east.admin(), TwoClusters.SYSTEM);
    LinkRights.grant(east);
  }

  @AfterAll
  static void stopEast() {
    if (east != null) {
      east.close();
    }
  }

  @BeforeEach
  void linkUp() {
    LeftOvers.remove(west.admin(), east.admin());
    clusters = new TwoClusters(west.admin(), east.admin());
    shop = west.newNamespace("outage");
    TwoClusters.namespace(east.admin(), shop);
    clusters.bundle(EAST.bundle());
    clusters.gateway("192.0.2.1");
    clusters.probe.up("192.0.2.1");
  }

  @AfterEach
  void stop() {
    clusters.close();
    LeftOvers.remove(west.admin(), east.admin());
  }

  /** A Link that is connected, with a mirror. */
  private void linked(String kubeconfig) {
    clusters.secret("link-east", kubeconfig);
    clusters.link("east", LinkSpec.to("east", "east.example", "link-east"));
    clusters.start(west.admin(), () -> true);
    clusters.export(shop, "hello");
    within(
        20,
        () -> {
          assertThat(connected()).startsWith("True");
          assertThat(clusters.endpoints(shop, "hello-east")).containsExactly("192.0.2.1=true");
          assertGatewayIsKnown();
        });
  }

  private String connected() {
    return clusters.condition("east", LinkStatus.CONNECTED);
  }

  private void assertGatewayIsKnown() {
    assertThat(clusters.link("east").orElseThrow().getStatus().gateways())
        .extracting(GatewayStatus::address)
        .containsExactly("192.0.2.1:15008");
  }

  private static void within(int seconds, ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(seconds))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(assertion);
  }

  @Test
  void killedApiServerIsToldWithinSecondsAndMirrorsStayUntilItIsBack() {
    linked(LinkRights.kubeconfig(east));

    east.killApiServer();
    within(
        15,
        () ->
            assertThat(connected())
                .startsWith("False Unreachable")
                .contains(east.url(), "refused"));
    String told = clusters.link("east").orElseThrow().getMetadata().getResourceVersion();
    await()
        .during(Duration.ofSeconds(12))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(clusters.link("east").orElseThrow().getMetadata().getResourceVersion())
                .as("the same outage is told once")
                .isEqualTo(told));
    assertThat(clusters.endpoints(shop, "hello-east")).containsExactly("192.0.2.1=true");
    assertGatewayIsKnown();

    east.restartApiServer();
    clusters.export(shop, "afterwards");
    within(
        20,
        () -> {
          assertThat(connected()).startsWith("True");
          assertThat(clusters.mirror(shop, "afterwards-east")).isPresent();
        });
    assertThat(clusters.endpoints(shop, "hello-east")).containsExactly("192.0.2.1=true");
  }

  @Test
  void watchesThatThePathHasForgottenAreReplaced() throws IOException {
    try (TcpForwarder path = new TcpForwarder(URI.create(east.url()).getPort())) {
      String around = "https://127.0.0.1:" + path.port();
      linked(LinkRights.kubeconfig(east).replace(east.url(), around));

      path.cut();
      within(
          15,
          () ->
              assertThat(connected())
                  .startsWith("False Unreachable")
                  .contains(around, "no answer within 5 s"));
      clusters.export(shop, "meanwhile");
      assertThat(clusters.endpoints(shop, "hello-east")).containsExactly("192.0.2.1=true");

      path.mend();
      within(
          30,
          () -> {
            assertThat(connected()).startsWith("True");
            assertThat(clusters.mirror(shop, "meanwhile-east")).isPresent();
          });
      clusters.export(shop, "afterwards");
      within(5, () -> assertThat(clusters.mirror(shop, "afterwards-east")).isPresent());
      assertThat(clusters.mirror(shop, "hello-east")).isPresent();
    }
  }

  @Test
  void credentialsThatAreWithdrawnWhileWatchesRunAreToldAndNewOnesAreUsed() {
    linked(LinkRights.kubeconfig(east));

    east.admin()
        .serviceAccounts()
        .inNamespace(TwoClusters.SYSTEM)
        .withName(LinkRights.ACCOUNT)
        .delete();
    // the API server believes a token for ten seconds more
    within(
        25, () -> assertThat(connected()).startsWith("False CredentialsRefused").contains("401"));
    assertThat(clusters.condition("east", LinkStatus.CREDENTIALS_VALID))
        .startsWith("False Refused");
    assertThat(clusters.endpoints(shop, "hello-east")).containsExactly("192.0.2.1=true");

    clusters.secret("link-east", LinkRights.kubeconfig(east));
    within(20, () -> assertThat(connected()).startsWith("True"));
  }
}

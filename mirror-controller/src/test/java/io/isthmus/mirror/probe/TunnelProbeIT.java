package io.isthmus.mirror.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.api.link.GatewayAddress;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The real probe against a real server of tunnels that answers as a gateway does. */
final class TunnelProbeIT {
  private final TestGateway gateway = new TestGateway();
  private final TunnelProbe probe = new TunnelProbe(TestGateway.prober(), InstantSource.system());

  @AfterEach
  void stop() {
    probe.close();
    gateway.close();
  }

  private static <T> T await(CompletableFuture<T> probe) throws Exception {
    return probe.get(20, TimeUnit.SECONDS);
  }

  @Test
  void echoThroughTheDataPathGivesTheRoundTripTime() throws Exception {
    assertThat(await(probe.probe(gateway.target("isthmus-gateway")))).isPositive();
    assertThat(await(probe.probe(gateway.target("isthmus-gateway")))).isPositive();

    assertThat(gateway.callers)
        .containsOnly("spiffe://west.example/ns/isthmus-system/sa/isthmus-mirror-controller");
    assertThat(gateway.authorities)
        .containsExactly("probe.gateway.isthmus.io:15008", "probe.gateway.isthmus.io:15008");
  }

  @Test
  void probeThatGotNoAnswerIsFollowedByOneOverAnotherConnection() throws Exception {
    await(probe.probe(gateway.target("isthmus-gateway")));
    await(probe.probe(gateway.target("isthmus-gateway")));
    assertThat(gateway.connections).hasValue(1);

    gateway.isSilent.set(true);
    assertThatThrownBy(() -> await(probe.probe(gateway.target("isthmus-gateway"))))
        .hasMessageContaining("did not answer CONNECT");
    gateway.isSilent.set(false);

    assertThat(await(probe.probe(gateway.target("isthmus-gateway")))).isPositive();
    assertThat(gateway.connections).hasValue(2);
  }

  @Test
  void anotherIdentityThanTheGatewaysIsNotAlive() {
    assertThatThrownBy(() -> await(probe.probe(gateway.target("someone-else"))))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("no mTLS with");
    assertThat(gateway.authorities).isEmpty();
  }

  @Test
  void addressWhereNobodyListensIsNotAlive() {
    ProbeTarget nobody = TestGateway.at(new GatewayAddress("127.0.0.1", 1), "isthmus-gateway");

    assertThatThrownBy(() -> await(probe.probe(nobody)))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("no TCP connection to");
  }

  @Test
  void pathWithoutLossCarriesEveryPayloadAndHasItsTimesApart() throws Exception {
    PathReport report = await(probe.measure(gateway.target("isthmus-gateway")));

    assertThat(report.largest()).isEqualTo(9_000);
    assertThat(report.blackHole()).isEmpty();
    assertThat(report.opening())
        .hasValueSatisfying(opening -> {
          assertThat(opening.connect()).isPositive();
          assertThat(opening.handshake()).isPositive();
        });
  }

  @Test
  void pathToNobodyIsNoReport() {
    ProbeTarget nobody = TestGateway.at(new GatewayAddress("127.0.0.1", 1), "isthmus-gateway");

    assertThatThrownBy(() -> await(probe.measure(nobody)))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("no TCP connection to");
  }
}

package io.isthmus.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.proxy.transport.Listeners;
import io.isthmus.proxy.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TcpProbesIT {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final Transport transport = Transport.ofThisPlatform();
  private final EventLoopGroup loops = transport.eventLoops(2, "test");
  private final HttpClient client = HttpClient.newHttpClient();
  private ServerSocket application;
  private Channel endpoint;

  @BeforeEach
  void start() throws IOException {
    application = new ServerSocket(0, 50, LOOPBACK);
    TcpProbes probes =
        new TcpProbes(
            List.of(application.getLocalPort()),
            LOOPBACK,
            () -> transport.connector(Duration.ofSeconds(2)).group(loops));
    endpoint =
        HttpEndpoint.bind(
            new Listeners(transport, loops),
            "ready-address",
            new InetSocketAddress(LOOPBACK, 0),
            probes.addTo(new Pages().get("/live", () -> Page.text(200, "live\n"))));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    application.close();
    loops.shutdownGracefully();
  }

  private int port() {
    return ((InetSocketAddress) endpoint.localAddress()).getPort();
  }

  private HttpResponse<String> get(int probed) throws Exception {
    URI uri = URI.create("http://127.0.0.1:%d/tcp/%d".formatted(port(), probed));
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void portThatListensIsConnectedToAndLeftAlone() throws Exception {
    assertThat(get(application.getLocalPort()).statusCode()).isEqualTo(200);
    application.setSoTimeout(5_000);
    try (Socket accepted = application.accept()) {
      accepted.setSoTimeout(5_000);
      assertThat(accepted.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void portThatDoesNotListenIsUnavailableAndTheReasonIsSaid() throws Exception {
    int silent = application.getLocalPort();
    application.close();

    HttpResponse<String> answer = get(silent);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("port " + silent, "refused");
  }

  @Test
  void manyQuestionsAtOnceAreOneTryAndLaterOnesAnother() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(get(application.getLocalPort()).statusCode()).isEqualTo(200);
    }
    application.setSoTimeout(300);
    int tries = 0;
    try {
      while (true) {
        application.accept().close();
        tries++;
      }
    } catch (SocketTimeoutException e) {
      assertThat(tries).isBetween(1, 4);
    }
    int silent = application.getLocalPort();
    application.close();
    await().untilAsserted(() -> assertThat(get(silent).statusCode()).isEqualTo(503));
  }

  @Test
  void portThatNobodyAskedForIsNotTried() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 50, LOOPBACK)) {
      assertThat(get(other.getLocalPort()).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void answersComeInTheOrderOfTheRequests() throws Exception {
    try (Socket socket = new Socket(LOOPBACK, port())) {
      socket.setSoTimeout(5_000);
      String requests =
          "GET /tcp/%d HTTP/1.1\r\nHost: x\r\n\r\nGET /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
              .formatted(application.getLocalPort());
      socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(all.indexOf("listens")).isPositive().isLessThan(all.indexOf("live\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "80,5432,65535"})
  void portsAreTaken(String text) {
    assertThat(TcpProbes.arePorts(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65536", "80,", ",80", "80, 81", "http", "-1", "999999"})
  void otherWordsAreNot(String text) {
    assertThat(TcpProbes.arePorts(text)).isFalse();
  }
}

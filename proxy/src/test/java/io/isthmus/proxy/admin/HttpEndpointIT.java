package io.isthmus.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.isthmus.proxy.transport.Listeners;
import io.isthmus.proxy.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@EnumSource(Transport.class)
final class HttpEndpointIT {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String BODY = "0123456789".repeat(6_000);

  private final Transport transport;
  private final EventLoopGroup loops;

  /** Requests for the slow page that were taken, to be answered by the test. */
  private final BlockingQueue<CompletableFuture<Page>> asked = new LinkedBlockingQueue<>();

  private Channel endpoint;

  HttpEndpointIT(Transport transport) {
    assumeTrue(transport == Transport.NIO || Transport.ofThisPlatform() == transport);
    this.transport = transport;
    this.loops = transport.eventLoops(2, "test");
  }

  @BeforeEach
  void start() {
    endpoint =
        HttpEndpoint.bind(
            new Listeners(transport, loops),
            "admin-address",
            new InetSocketAddress(LOOPBACK, 0),
            new Pages()
                .get("/live", () -> Page.text(200, "live\n"))
                .getLater(
                    "/slow",
                    () -> {
                      CompletableFuture<Page> page = new CompletableFuture<>();
                      asked.add(page);
                      return page;
                    })
                .get(
                    "/broken",
                    () -> {
                      throw new IllegalStateException("broken for this test");
                    }));
  }

  @AfterEach
  void stop() {
    endpoint.close();
    loops.shutdownGracefully();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(LOOPBACK, ((InetSocketAddress) endpoint.localAddress()).getPort());
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  private static String statusLine(BufferedReader answers) throws IOException {
    String line = answers.readLine();
    while (line != null && !line.startsWith("HTTP/")) {
      line = answers.readLine();
    }
    return String.valueOf(line);
  }

  @Test
  void requestsSentAtOnceAreTakenOneAfterTheOther() throws Exception {
    try (Socket socket = connect()) {
      send(socket, SLOW.repeat(3));
      var answers = reader(socket);
      for (int i = 0; i < 3; i++) {
        CompletableFuture<Page> page = asked.poll(5, TimeUnit.SECONDS);
        assertThat(page).as("request %d", i).isNotNull();
        assertThat(asked.poll(100, TimeUnit.MILLISECONDS))
            .as("a request that was taken before the one ahead of it had its answer")
            .isNull();
        page.complete(Page.text(200 + i, "slow\n"));
        assertThat(statusLine(answers)).startsWith("HTTP/1.1 " + (200 + i));
      }
    }
  }

  static Stream<String> requests() {
    return Stream.of(
        SLOW,
        "GET /slow HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n",
        "GET /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + BODY);
  }

  @ParameterizedTest
  @MethodSource("requests")
  void clientThatSendsWithoutEndIsNotRead(String request) throws Exception {
    try (Socket socket = connect()) {
      AtomicLong sent = new AtomicLong();
      Thread sender =
          Thread.startVirtualThread(() -> {
            byte[] many = request.repeat(10).getBytes(StandardCharsets.US_ASCII);
            try {
              while (true) {
                socket.getOutputStream().write(many);
                sent.addAndGet(many.length);
              }
            } catch (IOException closed) {
              // by the end of the test
            }
          });
      CompletableFuture<Page> first = asked.poll(5, TimeUnit.SECONDS);
      assertThat(first).isNotNull();
      AtomicLong before = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofMillis(300))
          .untilAsserted(() -> assertThat(before.getAndSet(sent.get())).isEqualTo(sent.get()));
      assertThat(asked).isEmpty();
      first.complete(Page.text(200, "slow\n"));
      assertThat(statusLine(reader(socket))).startsWith("HTTP/1.1 200");
      assertThat(asked.poll(5, TimeUnit.SECONDS)).as("the one after it").isNotNull();
      socket.close();
      sender.join();
    }
  }

  @Test
  void pageThatFailsIsAnAnswerAndTheConnectionLives() throws Exception {
    try (Socket socket = connect()) {
      send(
          socket,
          "GET /broken HTTP/1.1\r\nHost: x\r\n\r\nGET /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      var answers = reader(socket);
      assertThat(statusLine(answers)).startsWith("HTTP/1.1 500");
      assertThat(statusLine(answers)).startsWith("HTTP/1.1 200");
      assertThat(answers.lines()).contains("live");
    }
  }

  @Test
  void bodyIsPassedOverAndWhatFollowsIsAnswered() throws Exception {
    try (Socket socket = connect()) {
      send(
          socket,
          "GET /live HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n%sGET /none HTTP/1.1\r\nHost: x\r\n\r\n"
              .formatted(BODY));
      var answers = reader(socket);
      assertThat(statusLine(answers)).startsWith("HTTP/1.1 200");
      assertThat(statusLine(answers)).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void whoWaitsForAWordBeforeTheBodyGetsTheAnswerInItsPlace() throws Exception {
    try (Socket socket = connect()) {
      send(
          socket,
          "GET /live HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 60000\r\n\r\n");
      assertThat(reader(socket).lines())
          .startsWith("HTTP/1.1 200 OK")
          .contains("connection: close", "live");
    }
  }

  @Test
  void bodyThatCannotBeReadEndsTheConnectionAfterTheAnswer() throws Exception {
    try (Socket socket = connect()) {
      send(
          socket,
          "GET /live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n"
              + SLOW);
      assertThat(reader(socket).lines()).startsWith("HTTP/1.1 200 OK").contains("live");
      assertThat(asked).isEmpty();
    }
  }

  @Test
  void clientThatSendsNoMoreGetsItsAnswersAndTheConnectionEnds() throws Exception {
    try (Socket socket = connect()) {
      send(socket, SLOW + "GET /live HTTP/1.1\r\nHost: x\r\n\r\n");
      socket.shutdownOutput();
      CompletableFuture<Page> page = asked.poll(5, TimeUnit.SECONDS);
      assertThat(page).isNotNull();
      page.complete(Page.text(200, "slow\n"));
      assertThat(reader(socket).lines()).containsSubsequence("slow", "live");
    }
  }

  @Test
  void clientThatGoesAwayIsForgotten() throws Exception {
    try (Socket socket = connect()) {
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void requestThatIsNoneIsToldSoAndTheConnectionEnds() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "this is no request\r\n\r\n" + SLOW);
      var answers = reader(socket);
      assertThat(statusLine(answers)).startsWith("HTTP/1.1 400");
      assertThat(answers.lines().filter(line -> line.startsWith("HTTP/"))).isEmpty();
      assertThat(asked).isEmpty();
    }
  }
}

package io.isthmus.mirror.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.client.LastingClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HeartbeatIT {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int NO_BODY = -1;

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger news = new AtomicInteger();
  private volatile int status = OK;
  private HttpServer server;
  private KubernetesClient client;
  private Heartbeat heartbeat;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/version",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(status, NO_BODY);
          exchange.close();
        });
    server.start();
    client =
        LastingClient.of(
            new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .withRequestRetryBackoffLimit(0)
                .build());
    heartbeat = new Heartbeat(client, news::incrementAndGet);
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  /** Beats until the server was asked once more. */
  private void beat(Instant now) {
    int before = asked.get();
    await()
        .until(() -> {
          heartbeat.beat(now);
          return asked.get() > before;
        });
  }

  @Test
  void asksOncePerPeriod() {
    beat(START);
    heartbeat.beat(START.plus(Heartbeat.PERIOD).minusMillis(1));
    beat(START.plus(Heartbeat.PERIOD));
    assertThat(asked).hasValue(2);
    assertThat(heartbeat.missed()).isEmpty();
  }

  @Test
  void clockThatIsSetBackDoesNotStopIt() {
    beat(START);
    beat(START.minus(Duration.ofMinutes(10)));
    assertThat(asked).hasValue(2);
  }

  @Test
  void refusedCredentialsAreAMissAndAnAnswerEndsIt() {
    status = UNAUTHORIZED;
    beat(START);
    await()
        .untilAsserted(
            () -> assertThat(heartbeat.missed().orElseThrow()).hasMessageContaining("401"));
    assertThat(news).hasValue(1);

    status = OK;
    beat(START.plus(Heartbeat.PERIOD));
    await().until(() -> heartbeat.missed().isEmpty());
    assertThat(news).hasValue(2);
  }

  @Test
  void goneServerIsAMissAndToldOnce() {
    server.stop(0);
    heartbeat.beat(START);
    await().until(() -> heartbeat.missed().isPresent());
    Throwable first = heartbeat.missed().orElseThrow();
    await()
        .until(() -> {
          heartbeat.beat(START.plus(Heartbeat.PERIOD));
          return heartbeat.missed().orElseThrow() != first;
        });
    assertThat(heartbeat.missed().orElseThrow()).hasMessageContaining("no connection");
    assertThat(news).hasValue(1);
  }
}

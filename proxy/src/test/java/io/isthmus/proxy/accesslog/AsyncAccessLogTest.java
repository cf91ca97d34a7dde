package io.isthmus.proxy.accesslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.relay.RelayOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class AsyncAccessLogTest {
  private static final AccessLogEntry ENTRY =
      new AccessLogEntry(
          Instant.parse("2026-11-24T01:02:03Z"),
          Direction.OUTBOUND,
          new Party("10.0.0.1:4711", "spiffe://west.demo/ns/shop/sa/web", "west"),
          new Party("10.1.0.2:80", "spiffe://east.demo/ns/shop/sa/hello", "east"),
          "shop/hello:80",
          "socks5",
          "hbone-end-to-end",
          new RelayOutcome(EndReason.RESET_BY_TARGET, "RST_STREAM \"quoted\"", 12, 34),
          Duration.ofMillis(56));

  @Test
  void writesOneObjectALineWithEveryField() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AsyncAccessLog log = AsyncAccessLog.started(out)) {
      log.log(ENTRY);
    }
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            "{\"time\":\"2026-11-24T01:02:03Z\",\"direction\":\"outbound\","
                + "\"src.address\":\"10.0.0.1:4711\","
                + "\"src.identity\":\"spiffe://west.demo/ns/shop/sa/web\",\"src.cluster\":\"west\","
                + "\"dst.address\":\"10.1.0.2:80\","
                + "\"dst.identity\":\"spiffe://east.demo/ns/shop/sa/hello\","
                + "\"dst.cluster\":\"east\",\"dst.service\":\"shop/hello:80\","
                + "\"protocol\":\"socks5\",\"tunnel\":\"hbone-end-to-end\","
                + "\"bytes.sent\":12,\"bytes.received\":34,\"duration_ms\":56,"
                + "\"end\":\"reset_by_target\",\"detail\":\"RST_STREAM \\\"quoted\\\"\"}\n");
  }

  @Test
  void writesAllThatWaitsBeforeItCloses() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AsyncAccessLog log = AsyncAccessLog.started(out)) {
      for (int i = 0; i < 1000; i++) {
        log.log(ENTRY);
      }
      assertThat(log.dropped()).isZero();
    }
    assertThat(out.toString(UTF_8).lines()).hasSize(1000);
  }

  @Test
  void dropsAndCountsWhatDoesNotFitRatherThanWait() {
    AsyncAccessLog log = new AsyncAccessLog(new ByteArrayOutputStream(), 2);
    for (int i = 0; i < 5; i++) {
      log.log(ENTRY);
    }
    assertThat(log.dropped()).isEqualTo(3);
  }

  @Test
  void countsWhatABrokenOutputLost() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    AsyncAccessLog log = AsyncAccessLog.started(broken);
    log.log(ENTRY);
    log.close();
    assertThat(log.dropped()).isPositive();
  }
}

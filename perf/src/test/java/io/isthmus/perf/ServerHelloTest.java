package io.isthmus.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ServerHelloTest {
  private static final String RANDOM = "00".repeat(32);

  private static ByteBuffer hello(String suite, String extensions) {
    int length = extensions.length() / 2;
    String body = "0303" + RANDOM + "00" + suite + "00" + "%04x".formatted(length) + extensions;
    String message = "02" + "%06x".formatted(body.length() / 2) + body;
    return ByteBuffer.wrap(
        HexFormat.of().parseHex("160303" + "%04x".formatted(message.length() / 2) + message));
  }

  @Test
  void readsTheSuiteAndTheGroupOfTheKeyShare() {
    ByteBuffer payload = hello("1301", "002b00020304" + "00330006" + "001d0002" + "abcd");

    assertThat(ServerHello.parse(payload)).contains(new ServerHello(0x1301, 29));
    assertThat(ServerHello.parse(payload).orElseThrow())
        .hasToString("TLS_AES_128_GCM_SHA256, X25519");
  }

  @Test
  void namesAHybridGroup() {
    ByteBuffer payload = hello("1302", "00330006" + "11ec0002" + "abcd" + "002b00020304");

    assertThat(ServerHello.parse(payload).orElseThrow())
        .hasToString("TLS_AES_256_GCM_SHA384, X25519MLKEM768");
  }

  @Test
  void findsNothingInApplicationData() {
    assertThat(ServerHello.parse(ByteBuffer.wrap(new byte[200]))).isEmpty();
  }
}

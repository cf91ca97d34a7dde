package io.isthmus.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OrdersTest {
  private static List<String> answers(String orders) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Orders(
            Map.of(
                "echo",
                words -> String.join("+", words),
                "fail",
                _ -> {
                  throw new IOException("two\nlines");
                }))
        .serve(
            new ByteArrayInputStream(orders.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void eachLineIsAnsweredByOneLine() throws IOException {
    assertThat(answers("echo a b\necho c\n")).containsExactly("a+b", "c");
  }

  @Test
  void aFailureIsOneLineAndTheNextOrderIsFollowed() throws IOException {
    assertThat(answers("fail\necho on\n"))
        .containsExactly("failed: java.io.IOException: two lines", "on");
  }

  @Test
  void anUnknownOrderNamesThoseThatAreKnown() throws IOException {
    assertThat(answers("sing\n").getFirst())
        .isEqualTo("failed: unknown order 'sing', expected one of [echo, fail]");
  }
}

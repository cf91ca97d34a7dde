package io.isthmus.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogLineTest {
  @Test
  void readsFieldsByTheirDottedNameHoweverTheyAreNested() {
    LogLine flat = LogLine.parse("{\"src.identity\":\"spiffe://a/b\"}").orElseThrow();
    LogLine nested = LogLine.parse("{\"src\":{\"identity\":\"spiffe://a/b\"}}").orElseThrow();

    assertThat(flat.has("src.identity", "spiffe://a/b")).isTrue();
    assertThat(nested.get("src.identity")).isEqualTo("spiffe://a/b");
    assertThat(nested.has("dst.identity", "spiffe://a/b")).isFalse();
  }

  @Test
  void refusesALineThatIsStillBeingWritten() {
    assertThat(LogLine.parse("{\"src.identity\":\"spif")).isEmpty();
    assertThat(LogLine.parse("")).isEmpty();
  }
}

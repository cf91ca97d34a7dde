package io.isthmus.proxy.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.proxy.relay.EndReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/access-log.md} against the code. */
final class AccessLogReferenceTest {
  private static final Path PAGE =
      Path.of(System.getProperty("isthmus.root", ".."), "docs", "access-log.md");

  @Test
  void listsEveryEndWithItsMeaning() throws IOException {
    List<String> rows =
        Stream.of(EndReason.values())
            .map(end -> "| `" + end.key() + "` | " + end.meaning() + " |")
            .toList();
    String page = Files.readString(PAGE);
    assertThat(page.substring(page.indexOf("## `end`")).lines().filter(l -> l.startsWith("| `")))
        .filteredOn(row -> !row.startsWith("| `end`"))
        .containsExactlyElementsOf(rows);
  }
}

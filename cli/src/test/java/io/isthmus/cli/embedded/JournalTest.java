package io.isthmus.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("objects");
  }

  @Test
  void remembersTheLastStateOfEachObject() throws IOException {
    Journal journal = Journal.open(file);
    journal.record("/a", Optional.of("{\"v\":1}"));
    journal.record("/b", Optional.of("{\"v\":2}"));
    journal.record("/a", Optional.of("{\"v\":3}"));
    journal.record("/b", Optional.empty());

    assertThat(Journal.open(file).objects())
        .containsExactly(java.util.Map.entry("/a", "{\"v\":3}"));
  }

  @Test
  void leavesOutALineThatWasCutShort() throws IOException {
    Journal.open(file).record("/a", Optional.of("{\"v\":1}"));
    Files.writeString(file, "/b\t{\"v\"", StandardOpenOption.APPEND);

    Journal reopened = Journal.open(file);
    reopened.record("/c", Optional.of("{}"));

    assertThat(Journal.open(file).objects()).containsOnlyKeys("/a", "/c");
  }

  @Test
  void findsTheObjectsOfACollection() throws IOException {
    Journal journal = Journal.open(file);
    journal.record("/links/a", Optional.of("{}"));
    journal.record("/linksets/b", Optional.of("{}"));

    assertThat(journal.pathsBelow("/links")).containsExactly("/links/a");
  }
}

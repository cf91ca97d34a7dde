package io.isthmus.cli.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every object's last state, one line a write: {@code <path> TAB <json>}, or the path alone once it
 * is gone. A server that was killed reads it back; a line cut short by the kill is left out.
 */
final class Journal {
  private final Path file;
  private final Map<String, String> objects = new LinkedHashMap<>();

  private Journal(Path file) {
    this.file = file;
  }

  static Journal open(Path file) throws IOException {
    Journal journal = new Journal(file);
    if (Files.exists(file)) {
      String text = Files.readString(file);
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      whole.lines().forEach(journal::replay);
      if (whole.length() < text.length()) {
        Files.writeString(file, whole);
      }
    }
    return journal;
  }

  /** In the order in which the objects were first written. */
  Map<String, String> objects() {
    return new LinkedHashMap<>(objects);
  }

  List<String> pathsBelow(String collection) {
    return objects.keySet().stream().filter(path -> path.startsWith(collection + "/")).toList();
  }

  /** {@code json} is empty for an object that is gone. */
  void record(String path, Optional<String> json) {
    if (json.isEmpty() && !objects.containsKey(path)) {
      return;
    }
    String line = json.map(state -> path + "\t" + state).orElse(path);
    replay(line);
    try {
      Files.write(
          file,
          (line + "\n").getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private void replay(String line) {
    int tab = line.indexOf('\t');
    if (tab < 0) {
      objects.remove(line);
    } else {
      objects.put(line.substring(0, tab), line.substring(tab + 1));
    }
  }
}

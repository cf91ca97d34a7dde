package io.isthmus.cli.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of a chart as values.yaml tells them: the comment above a key is its meaning; a key
 * without one, whose value begins on the lines below, is a group.
 */
record ValuesPage(List<Entry> entries) {
  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]+):(?: (.*))?");

  record Entry(String path, String standard, String meaning) {}

  static ValuesPage of(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    List<String> path = new ArrayList<>();
    String comment = "";
    int within = Integer.MAX_VALUE; // lines deeper than this belong to the last entry
    for (String line : Files.readAllLines(file)) {
      if (line.isBlank()) {
        continue;
      }
      if (line.strip().startsWith("# ")) {
        comment = (comment + " " + line.strip().substring(2)).strip();
        continue;
      }
      Matcher key = KEY.matcher(line);
      if (!key.matches()) {
        throw new IllegalStateException(file + ": not a key, comment or blank: " + line);
      }
      int depth = key.group(1).length() / 2;
      if (depth > within) {
        Entry last = entries.removeLast();
        entries.add(
            new Entry(last.path(), (last.standard() + " " + line.strip()).strip(), last.meaning()));
        continue;
      }
      within = Integer.MAX_VALUE;
      path = new ArrayList<>(path.subList(0, depth));
      path.add(key.group(2));
      if (key.group(3) != null || !comment.isEmpty()) {
        String standard = key.group(3) == null ? "" : key.group(3);
        entries.add(new Entry(String.join(".", path), standard, comment));
        within = depth;
      }
      comment = "";
    }
    return new ValuesPage(List.copyOf(entries));
  }

  String table() {
    StringBuilder table = new StringBuilder("| value | default | meaning |\n|---|---|---|\n");
    for (Entry each : entries) {
      table
          .append("| `%s` | `%s` | ".formatted(each.path(), each.standard()))
          .append(each.meaning().replace("|", "\\|").replace("<", "&lt;"))
          .append(" |\n");
    }
    return table.toString();
  }
}

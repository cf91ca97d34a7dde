package io.isthmus.e2e.drills;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a page of {@code e2e/drills} says, as far as the drill is held to it.
 *
 * @param title what has happened
 * @param named what {@code isthmus check} names: rows of its table
 * @param saysNothingIsNamed whether it says that nothing is: of a line {@code Nothing: }
 * @param perhaps ids of what it may name besides: of the line {@code Perhaps also:}
 * @param goesOn calls that do not fail meanwhile: of the line {@code Goes on:}
 * @param commands what the operator types: indented lines
 */
record DrillPage(
    String title,
    List<Finding> named,
    boolean saysNothingIsNamed,
    Set<String> perhaps,
    Set<Flow> goesOn,
    List<String> commands) {
  private static final String DIRECTORY = "e2e/drills";
  private static final Pattern ROW =
      Pattern.compile("\\| (west|east) \\| `([a-z.0-9-]+)` \\| (.+) \\|");
  private static final Pattern ID = Pattern.compile("`([a-z.0-9-]+)`");

  /** Of the drill that has its name. */
  static DrillPage of(Path root, String drill) {
    List<String> lines;
    try {
      lines = Files.readAllLines(root.resolve(DIRECTORY).resolve(drill + ".md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DrillPage(
        lines.getFirst().replaceFirst("^# ", ""),
        lines.stream()
            .map(ROW::matcher)
            .filter(row -> row.matches())
            .map(row -> new Finding(row.group(1), row.group(2), row.group(3)))
            .toList(),
        after(lines, "Nothing: ").findAny().isPresent(),
        after(lines, "Perhaps also: ")
            .flatMap(rest -> ID.matcher(rest).results())
            .map(id -> id.group(1))
            .collect(Collectors.toSet()),
        after(lines, "Goes on: ")
            .flatMap(rest -> Stream.of(rest.split("\\.")[0].split(", ")))
            .map(Flow::of)
            .collect(Collectors.toSet()),
        lines.stream().filter(line -> line.startsWith("    ")).map(String::strip).toList());
  }

  private static Stream<String> after(List<String> lines, String start) {
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()));
  }

  /** Names of all drills that have one. */
  static Set<String> all(Path root) {
    try (Stream<Path> files = Files.list(root.resolve(DIRECTORY))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".md") && !name.equals("README.md"))
          .map(name -> name.substring(0, name.length() - ".md".length()))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * What READMEs and docs/ tell people to type is what the command takes, and nothing is left out.
 */
class DocumentedCommandsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|^ {4}[^\n]*|`[^`\n]+`");
  private static final Pattern TYPED =
      Pattern.compile(
          "(?m)(?:^|(?<!helm (?:install|upgrade))[ `(])(?:\\./)?isthmus ([a-z][^`#;)\n]*)");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

  /** One command as a page has it. */
  private record Typed(Path page, String text) {}

  /**
   * @param names of all verbs that are meant, alternatives and all
   * @param wrong verbs and options that there are not
   */
  private record Read(Set<String> names, List<String> wrong) {}

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), Path.of("README.md")),
              docs.filter(page -> page.toString().endsWith(".md")))
          .toList();
    }
  }

  private static List<Typed> typed() throws IOException {
    List<Typed> all = new ArrayList<>();
    for (Path page : pages()) {
      Matcher code =
          CODE.matcher(
              Files.readString(page).replaceFirst("(?s)\n## Not built yet\n.*?(?=\n## |$)", ""));
      while (code.find()) {
        Matcher typed = TYPED.matcher(code.group());
        while (typed.find()) {
          all.add(new Typed(page, typed.group(1).strip()));
        }
      }
    }
    return all;
  }

  private static Read read(List<Typed> all) {
    Set<String> names = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    for (Typed typed : all) {
      List<CommandLine> meant = List.of(IsthmusCommand.commandLine());
      for (String token : typed.text().split("\\s+")) {
        List<CommandLine> next = new ArrayList<>();
        if (!meant.getFirst().getSubcommands().isEmpty() && token.matches("[a-z][a-z|-]*")) {
          for (String verb : token.split("\\|")) {
            CommandLine found = meant.getFirst().getSubcommands().get(verb);
            if (found == null) {
              wrong.add("%s: isthmus %s: no verb %s".formatted(typed.page(), typed.text(), verb));
            } else {
              next.add(found);
            }
          }
        }
        if (next.isEmpty()) {
          break;
        }
        meant = next;
      }
      for (CommandLine command : meant) {
        names.add(command.getCommandSpec().qualifiedName());
        OPTION
            .matcher(typed.text())
            .results()
            .map(option -> option.group())
            .filter(option -> !command.getCommandSpec().optionsMap().containsKey(option))
            .forEach(option ->
                wrong.add(
                    "%s: isthmus %s: no option %s".formatted(typed.page(), typed.text(), option)));
      }
    }
    return new Read(names, wrong);
  }

  @Test
  void whatPagesTellToTypeIsTaken() throws IOException {
    List<Typed> all = typed();
    assertThat(all).hasSizeGreaterThan(20);
    assertThat(read(all).wrong()).isEmpty();
  }

  @Test
  void everyVerbIsOnAPage() throws IOException {
    assertThat(read(typed()).names()).containsAll(leaves(IsthmusCommand.commandLine()));
  }

  @Test
  void whatIsNotThereIsFound() {
    Path page = Path.of("page.md");
    assertThat(
            read(List.of(
                    new Typed(page, "trust rotat root"),
                    new Typed(page, "trust rotate root --wiat"),
                    new Typed(page, "trust abort --wait")))
                .wrong())
        .containsExactly(
            "page.md: isthmus trust rotat root: no verb rotat",
            "page.md: isthmus trust rotate root --wiat: no option --wiat");
  }

  @Test
  void completionKnowsEveryVerbAndOptionOfTrust() {
    String script = picocli.AutoComplete.bash("isthmus", IsthmusCommand.commandLine());
    CommandLine trust =
        Objects.requireNonNull(IsthmusCommand.commandLine().getSubcommands().get("trust"));
    trust
        .getSubcommands()
        .forEach((verb, command) -> {
          assertThat(
                  script
                      .lines()
                      .filter(line -> line.contains("commands=") || line.contains("COMMANDS=")))
              .anySatisfy(line -> assertThat(line).contains("pass-over", verb));
          command
              .getCommandSpec()
              .options()
              .forEach(option -> assertThat(script).contains(option.longestName()));
        });
  }

  private static List<String> leaves(CommandLine command) {
    List<String> names = new ArrayList<>();
    command.getSubcommands().values().forEach(each -> names.addAll(leaves(each)));
    return names.isEmpty() ? List.of(command.getCommandSpec().qualifiedName()) : names;
  }
}

package io.isthmus.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/checks.md has each check once, under its severity, and no other one. */
class ChecksPageTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z0-9.-]+)` \\| (fatal|warning) \\| .+ \\| .+ \\|$");

  @Test
  void everyIdIsOnThePageAndViceVersa() throws IOException {
    Map<String, String> onPage = new TreeMap<>();
    Matcher rows = ROW.matcher(Files.readString(Path.of("../docs/checks.md")));
    while (rows.find()) {
      assertThat(onPage.put(Objects.requireNonNull(rows.group(1)), rows.group(2)))
          .as(rows.group(1))
          .isNull();
    }
    Map<String, String> inCode = new TreeMap<>();
    Stream.of(Check.values())
        .forEach(check ->
            inCode.put(check.id(), check.severity().name().toLowerCase(java.util.Locale.ROOT)));

    assertThat(onPage).isEqualTo(inCode);
    assertThat(inCode).hasSize(Check.values().length);
  }
}

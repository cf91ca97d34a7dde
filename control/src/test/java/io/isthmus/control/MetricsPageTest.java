package io.isthmus.control;

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

/** docs/metrics.md has each meter of the control plane once, as Prometheus calls it. */
final class MetricsPageTest {
  private static final Pattern METER =
      Pattern.compile(
          "\\.(counter|gauge|gaugeMapSize|timer|builder)\\(\\s*\"isthmus\\.([a-z.]+)\"");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(isthmus_[a-z_]+)` \\| (counter|gauge|summary) \\|");
  private static final String SECTION = "## Control plane";

  @Test
  void everyMeterIsOnThePageAndViceVersa() throws IOException {
    Map<String, String> inCode = new TreeMap<>();
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        Matcher meters = METER.matcher(Files.readString(source));
        while (meters.find()) {
          String name = "isthmus_" + Objects.requireNonNull(meters.group(2)).replace('.', '_');
          switch (Objects.requireNonNull(meters.group(1))) {
            case "counter" -> inCode.put(name + "_total", "counter");
            case "timer" -> inCode.put(name + "_seconds", "summary");
            default -> inCode.put(name, "gauge");
          }
        }
      }
    }
    String page = Files.readString(Path.of("..", "docs", "metrics.md"));
    Map<String, String> onPage = new TreeMap<>();
    Matcher rows = ROW.matcher(page.substring(page.indexOf(SECTION)));
    while (rows.find()) {
      String name = Objects.requireNonNull(rows.group(1));
      assertThat(onPage.put(name, Objects.requireNonNull(rows.group(2)))).as(name).isNull();
    }

    assertThat(onPage).isEqualTo(inCode).hasSizeGreaterThan(20);
  }
}

package io.isthmus.proxy.hbone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** h2spec, the conformance suite for HTTP/2 servers, against the product's framing. */
class H2SpecIT {

  /** Cases that do not apply, with the reason. Everything else passes. */
  private static final Map<String, String> EXCLUDED =
      Map.of(
          "Sends a POST request with trailers",
          "a tunnel has no trailers (RFC 9113, section 8.5): the stream is reset",
          "Sends HEADERS frame that depend on itself",
          "RFC 9113 deprecates priorities: they are skipped unread",
          "Sends PRIORITY frame that depend on itself",
          "RFC 9113 deprecates priorities: they are skipped unread");

  private static final int CASES = 145;
  private static final Pattern FAILED = Pattern.compile("(?m)^\\s*× \\d+: (.*?)\\s*$");
  private static final Pattern TOTAL = Pattern.compile("(\\d+) tests, (\\d+) passed");

  @TempDir Path directory;

  @Test
  void passesEveryCaseThatAppliesToTunnels() throws Exception {
    Path h2spec = binary();
    String report;
    try (H2SpecServer server = new H2SpecServer()) {
      report = run(h2spec, server.port());
    }

    TreeSet<String> failed = new TreeSet<>();
    FAILED.matcher(report).results().forEach(match -> failed.add(match.group(1)));
    Matcher total = TOTAL.matcher(report);

    assertThat(failed).as(report).isEqualTo(new TreeSet<>(EXCLUDED.keySet()));
    assertThat(total.find()).as(report).isTrue();
    assertThat(Integer.parseInt(total.group(1))).isEqualTo(CASES);
    assertThat(Integer.parseInt(total.group(2))).isEqualTo(CASES - EXCLUDED.size());
  }

  private String run(Path h2spec, int port) throws IOException, InterruptedException {
    Path report = directory.resolve("report.txt");
    Process process =
        new ProcessBuilder(
                h2spec.toString(), "-h", "127.0.0.1", "-p", Integer.toString(port), "-o", "2")
            .redirectErrorStream(true)
            .redirectOutput(report.toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("h2spec ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(report, UTF_8);
  }

  private static Path binary() {
    Path binary =
        Path.of(System.getProperty("user.home"), ".cache", "isthmus-testbed", "bin", "h2spec");
    if (!Files.isExecutable(binary)) {
      String reason = "h2spec not built: run e2e/testbed/build.sh tool h2spec";
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      abort(reason);
    }
    return binary;
  }
}

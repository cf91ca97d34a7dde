package io.isthmus.mirror.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packets that a real kernel drops for their length, in a network namespace of the test's own. */
final class MtuBlackHoleIT {
  @TempDir Path directory;

  @BeforeAll
  static void needsNamespaces() {
    assumeTrue("root".equals(System.getProperty("user.name")), "network namespaces need root");
    for (String program : List.of("unshare", "ip", "nft")) {
      assumeTrue(
          Stream.of(System.getenv("PATH").split(":"))
              .anyMatch(place -> Files.isExecutable(Path.of(place, program))),
          program + " is not installed (packages util-linux, iproute2, nftables)");
    }
  }

  @Test
  void sizeAtWhichPacketsGetLostIsFoundAndTheGatewayStaysAlive() throws Exception {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                "unshare",
                "--net",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                LossyPath.class.getName(),
                "1490",
                "1200")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(150, TimeUnit.SECONDS)).as(Files.readString(log)).isTrue();

    String said = Files.readString(log);
    assertThat(said.lines())
        .as(said)
        .contains("whole: 9000, alive, no black hole")
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("1490: 1400, alive, ")
                .contains("1472 bytes do not come back, and do in segments of 1000 bytes")
                .contains("the kernel takes the path for 1500 bytes"))
        .anySatisfy(line ->
            assertThat(line).startsWith("1200: 0, alive, ").contains("in segments of 1000 bytes"));
  }
}

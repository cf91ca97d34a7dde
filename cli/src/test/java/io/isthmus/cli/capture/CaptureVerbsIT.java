package io.isthmus.cli.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.isthmus.cli.process.Command;
import io.isthmus.control.injection.CapturedTraffic;
import io.isthmus.control.injection.Cidr;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The verbs as processes, in a network namespace of their own. */
@Timeout(120)
final class CaptureVerbsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final List<String> PROGRAMS = List.of("ip", "nft", "nsenter", "setpriv");

  private final String namespace = "isthmus-capture-verbs-" + ProcessHandle.current().pid();

  @BeforeEach
  void create() {
    if (!"root".equals(System.getProperty("user.name"))) {
      skip("network namespaces need root, and the tests run as " + System.getProperty("user.name"));
    }
    PROGRAMS.stream()
        .filter(program -> !isInstalled(program))
        .findFirst()
        .ifPresent(program -> skip(program + " is not installed (packages iproute2, nftables)"));
    Command.run("ip", "netns", "add", namespace);
  }

  @AfterEach
  void delete() {
    if (Files.exists(Path.of("/run/netns", namespace))) {
      Command.run("ip", "netns", "del", namespace);
    }
  }

  @Test
  void makesTheTableOfAnInjectedPodOnceAndTakesBackThatAlone() {
    within("nft", "add", "table", "inet", "somebodys");
    String before = within("nft", "list", "ruleset").output();
    assertThat(isthmus("capture", "show").exit()).isEqualTo(1);

    String[] install = {
      "capture",
      "install",
      "--skip-inbound-ports=22,9100",
      "--skip-outbound-ports=3306",
      "--skip-outbound-cidrs=10.9.0.0/16,fd00::/8"
    };
    assertThat(isthmus(install).output()).contains("Captured.", "user 15008");
    String once = within("nft", "list", "ruleset").output();
    assertThat(isthmus(install).exit()).isZero();

    assertThat(within("nft", "list", "ruleset").output()).isEqualTo(once);
    String shown = isthmus("capture", "show").output();
    assertThat(shown).isEqualTo(ofAnInjectedPod()).contains("22", "9100", "15008", "fd00::/8");
    assertThat(isthmus("capture", "remove").output()).contains("Removed the table inet isthmus");
    assertThat(within("nft", "list", "ruleset").output()).isEqualTo(before);
    Command.Result again = isthmus("capture", "remove");
    assertThat(again.exit()).isZero();
    assertThat(again.output()).contains("Nothing to remove");
  }

  /** In the same namespace, by the call of the init container. */
  private String ofAnInjectedPod() {
    CapturedTraffic traffic =
        new CapturedTraffic(
            new TreeSet<>(Set.of(22, 9100)),
            new TreeSet<>(Set.of(3306)),
            Stream.of("10.9.0.0/16", "fd00::/8")
                .map(cidr -> Cidr.parse(cidr).orElseThrow())
                .toList());
    Path rules =
        Path.of(
            System.getProperty("isthmus.root"),
            "api/src/main/resources/META-INF/isthmus/capture.nft");
    Command.Result installed =
        within(
            traffic.command(CapturedTraffic.SIDECAR_USER, rules.toString()).toArray(String[]::new));
    assertThat(installed.exit()).as(installed.output()).isZero();
    return within("nft", "list", "table", "inet", "isthmus").output();
  }

  @Test
  void changesNothingInADryRun() {
    Command.Result dry = isthmus("capture", "install", "--dry-run", "--skip-inbound-ports=22");

    assertThat(dry.output())
        .startsWith("# nft --define proxy_user=15008")
        .contains("'skip_inbound_ports={ 22, 15008, 15020, 15021 }'", "redirect to :15001");
    assertThat(within("nft", "list", "ruleset").output()).isEmpty();
  }

  @Test
  void namesWhatIsWrongOnTheCommandLine() {
    assertRefused(2, "port 70000, expected one from 1 to 65535", "--skip-inbound-ports=70000");
    assertRefused(2, "'10.9/16'", "--skip-outbound-cidrs=10.9/16");
    assertRefused(2, "'ssh'", "--skip-inbound-ports=ssh");
    assertRefused(2, "--user=0", "--user=0");
  }

  private void assertRefused(int exit, String text, String option) {
    Command.Result refused = isthmus("capture", "install", option);
    assertThat(refused.exit()).as(refused.output()).isEqualTo(exit);
    assertThat(refused.output()).contains(text);
    assertThat(within("nft", "list", "ruleset").output()).isEmpty();
  }

  @Test
  void saysThatItNeedsRoot() {
    for (String verb : List.of("install", "show", "remove")) {
      List<String> line =
          new ArrayList<>(
              List.of(
                  "setpriv",
                  "--reuid=65534",
                  "--regid=65534",
                  "--clear-groups",
                  // reads the class path below root's home
                  "--inh-caps=+dac_override",
                  "--ambient-caps=+dac_override"));
      line.addAll(java("capture", verb));

      Command.Result refused = within(line.toArray(String[]::new));

      assertThat(refused.exit()).as(refused.output()).isEqualTo(3);
      assertThat(refused.output()).contains("needs root, this runs as user 65534");
    }
  }

  private Command.Result isthmus(String... arguments) {
    return within(java(arguments).toArray(String[]::new));
  }

  private static List<String> java(String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.isthmus.cli.Main"));
    line.addAll(List.of(arguments));
    return line;
  }

  private Command.Result within(String... command) {
    List<String> line = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
    line.addAll(List.of(command));
    return Command.attempt(LIMIT, line);
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static void skip(String reason) {
    if ("true".equals(System.getenv("CI"))) {
      fail(reason);
    }
    abort(reason);
  }
}

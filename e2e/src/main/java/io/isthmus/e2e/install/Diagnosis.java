package io.isthmus.e2e.install;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The commands that pages show for when something does not work, typed where all works: each has to
 * end well.
 */
public final class Diagnosis {
  private static final String BEFORE_INSTALL = "isthmus check --pre";
  private static final String BUNDLE = "isthmus support-bundle ";
  private static final Pattern SECRET =
      Pattern.compile("PRIVATE KEY|\\beyJ[\\w-]{8,}\\.[\\w-]+\\.[\\w-]+");
  private static final int TELLING = 40;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What is said beside the exit code, which is that of a warning, too. */
  private static final Map<String, Pattern> WORDS =
      Map.of(
          "isthmus check ", Pattern.compile("\\d well, 0 failed, "),
          "isthmus check --context west --context east",
              Pattern.compile(" 0 failed, 0 not looked at"),
          "isthmus check --nodes", Pattern.compile("(?s)\\A(?!.*datapath\\.nodes)"),
          "isthmus link check ", Pattern.compile("\\d well, 0 failed, "),
          "isthmus link list", Pattern.compile("(?m)^east +\\S+( +True){5} "),
          "isthmus gateways", Pattern.compile("(?m)^east .*True"));

  private final Operator operator;
  private final KubernetesCluster west;
  private final KubernetesCluster east;
  private final List<String> lines;

  public Diagnosis(Operator operator, KubernetesCluster west, KubernetesCluster east) {
    this.operator = operator;
    this.west = west;
    this.east = east;
    this.lines = lines(operator.root());
  }

  static List<String> lines(Path root) {
    return Stream.of(
            new Page(root.resolve("docs/troubleshooting.md")).lines(),
            new Page(root.resolve("docs/checks.md")).lines(),
            Page.ofInstalling(root).lines("Upgrading"))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  public void beforeInstall(Scenarios scenarios) {
    lines.stream()
        .filter(line -> line.startsWith(BEFORE_INSTALL))
        .forEach(line -> scenario(scenarios, line));
  }

  /** In a mesh that {@link FiveCommands} have made. */
  public void run(Scenarios scenarios) {
    lines.stream()
        .filter(line -> !line.startsWith(BEFORE_INSTALL))
        .forEach(line -> scenario(scenarios, line));
  }

  private void scenario(Scenarios scenarios, String line) {
    scenarios.scenario(
        "as pages have it: " + line,
        () -> {
          if (line.startsWith(BUNDLE)) {
            bundle(line);
          } else {
            well(line);
          }
        });
  }

  /** Soon after an installation proxies may still be on their way to what is handed out. */
  private void well(String line) {
    Eventually.holds(
        LIMIT,
        () -> {
          Command.Result result = operator.attempt(typed(line));
          boolean isWell =
              result.exit() == 0
                  && WORDS.entrySet().stream()
                      .filter(each -> line.startsWith(each.getKey()))
                      .allMatch(each -> each.getValue().matcher(result.output()).find());
          return isWell ? "" : result.toString();
        });
  }

  private List<String> typed(String line) {
    return new TestbedLine(operator.root(), west, east).of(ofPods(line));
  }

  /** Pages name Pods as if their Deployments had called them so. */
  private String ofPods(String line) {
    return ofPod(ofPod(line, west, "client"), east, "hello");
  }

  private String ofPod(String line, KubernetesCluster cluster, String app) {
    String shown = " %s/%s-1".formatted(Commands.SHOP, app);
    return line.contains(shown)
        ? line.replace(shown, " %s/%s".formatted(Commands.SHOP, pod(cluster, app)))
        : line;
  }

  private String pod(KubernetesCluster cluster, String app) {
    return operator.kubectl(
        cluster,
        "get",
        "pods",
        "-n",
        Commands.SHOP,
        "-l",
        "app=" + app,
        "-o",
        "jsonpath={.items[0].metadata.name}");
  }

  /** With the logs of what runs, and with nothing that has to be kept secret. */
  private void bundle(String line) throws IOException {
    Path file = Files.createTempFile("isthmus-e2e-bundle-", ".zip");
    Files.delete(file); // the command makes it, and overwrites none
    try {
      operator.type(typed(line + " --file " + file));
      List<String> names = new ArrayList<>();
      String all = read(file, names);
      for (String log :
          List.of(
              west.name() + "/logs/isthmus-system/isthmus-control",
              west.name() + "/logs/isthmus-system/isthmus-gateway",
              west.name() + "/logs/shop/client",
              east.name() + "/logs/isthmus-system/isthmus-control",
              east.name() + "/logs/isthmus-system/isthmus-gateway",
              east.name() + "/logs/shop/hello")) {
        if (names.stream().noneMatch(name -> name.startsWith(log) && name.endsWith(".log"))) {
          throw new AssertionError("no lines of %s among %s".formatted(log, names));
        }
      }
      SECRET
          .matcher(all)
          .results()
          .findFirst()
          .ifPresent(found -> {
            throw new AssertionError("it has " + found.group());
          });
      for (KubernetesCluster cluster : List.of(west, east)) {
        for (String secret : secrets(cluster)) {
          if (all.contains(secret)) {
            throw new AssertionError(
                "it has %s..., of a Secret of %s"
                    .formatted(secret.substring(0, TELLING), cluster.name()));
          }
        }
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static String read(Path file, List<String> names) throws IOException {
    StringBuilder all = new StringBuilder();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String text = new String(zip.readAllBytes(), StandardCharsets.UTF_8);
        if (!text.isBlank()) {
          names.add(entry.getName());
        }
        all.append(text).append('\n');
      }
    }
    return all.toString();
  }

  /** Lines of keys and of credentials, as they are and as Secrets have them. */
  private List<String> secrets(KubernetesCluster cluster) {
    JsonNode all =
        JsonMapper.shared()
            .readTree(
                operator.kubectl(cluster, "get", "secrets", "-n", Commands.SYSTEM, "-o", "json"));
    List<String> secrets = new ArrayList<>();
    for (JsonNode secret : all.path("items")) {
      for (JsonNode value : secret.path("data")) {
        String encoded = value.asString();
        String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        if (text.contains("PRIVATE KEY") || text.contains("token:") || text.startsWith("eyJ")) {
          secrets.add(encoded);
          text.lines().map(String::strip).forEach(secrets::add);
        }
      }
    }
    secrets.removeIf(secret -> secret.length() < TELLING);
    if (secrets.isEmpty()) {
      throw new AssertionError(cluster.name() + " has no Secret to look for");
    }
    return secrets;
  }
}

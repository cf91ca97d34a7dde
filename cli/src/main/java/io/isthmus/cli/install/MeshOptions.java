package io.isthmus.cli.install;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.trust.Period;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is typed for both charts, and for each. */
final class MeshOptions {
  /** Values that both charts have, and of which a gateway with others would not work. */
  static final Set<String> SHARED = Set.of("cluster", "trustDomain", "clusterDomain", "image");

  @Option(
      names = "--cluster",
      paramLabel = "<name>",
      description = "Name of the cluster; default: what is installed, else the context's name.")
  private @Nullable String cluster;

  @Option(
      names = "--trust-domain",
      paramLabel = "<name>",
      description = "Its trust domain; default: what is installed, else <cluster>.internal.")
  private @Nullable String trustDomain;

  @Option(
      names = "--image-repository",
      paramLabel = "<prefix>",
      description = "What names of images start with, such as registry.example/isthmus.")
  private @Nullable String repository;

  @Option(
      names = "--image-tag",
      paramLabel = "<tag>",
      description = "Tag of the images; default: this version.")
  private @Nullable String tag;

  @Option(
      names = "--image-pull-policy",
      paramLabel = "<policy>",
      description = "IfNotPresent, Always or Never.")
  private @Nullable String pullPolicy;

  @Option(
      names = "--values",
      paramLabel = "<file>",
      description = "Values of the chart isthmus; may be repeated, a later one wins.")
  private List<Path> values = List.of();

  @Option(
      names = "--set",
      paramLabel = "<path=value>",
      description = "One value of the chart isthmus; may be repeated.")
  private Map<String, String> set = Map.of();

  @Option(
      names = "--gateway-values",
      paramLabel = "<file>",
      description = "Values of the chart isthmus-gateway.")
  private List<Path> gatewayValues = List.of();

  @Option(
      names = "--gateway-set",
      paramLabel = "<path=value>",
      description = "One value of the chart isthmus-gateway; may be repeated.")
  private Map<String, String> gatewaySet = Map.of();

  @Option(
      names = "--no-gateway",
      description = "Leave the gateway as it is: where there is none, the cluster exports nothing.")
  private boolean noGateway;

  @Option(names = "--no-wait", description = "Do not wait until all is ready.")
  private boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "<time>",
      defaultValue = "5m",
      converter = Period.class,
      description = "How long to wait; default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofMinutes(5);

  boolean isGatewayLeftOut() {
    return noGateway;
  }

  /** Whether something is said of the gateway. */
  boolean isGatewayNamed() {
    return !gatewayValues.isEmpty() || !gatewaySet.isEmpty();
  }

  boolean isTagNamed() {
    return tag != null || set.containsKey("image.tag");
  }

  boolean isWaitAsked() {
    return !noWait;
  }

  Duration timeout() {
    return timeout;
  }

  /** What both charts have to be told alike, they are told by what is typed for the mesh. */
  Map<String, String> set(String release) {
    if (!release.equals(Release.GATEWAY)) {
      return set;
    }
    Map<String, String> all = new LinkedHashMap<>();
    set.forEach((path, value) -> {
      if (SHARED.contains(path.split("\\.", 2)[0])) {
        all.put(path, value);
      }
    });
    all.putAll(gatewaySet);
    return all;
  }

  List<Path> files(String release) {
    List<Path> files = release.equals(Release.GATEWAY) ? gatewayValues : values;
    files.stream()
        .filter(file -> !Files.isReadable(file))
        .findFirst()
        .ifPresent(file -> {
          throw CommandException.usage(
              "cannot read the values in " + file, "there is no such file", "name another");
        });
    return files;
  }

  /** The typed values of both charts, as YAML. */
  String shared() {
    Map<String, Object> shared = new LinkedHashMap<>();
    Map<String, Object> image = new LinkedHashMap<>();
    put(shared, "cluster", cluster);
    put(shared, "trustDomain", trustDomain);
    put(image, "repository", repository);
    put(image, "tag", tag);
    put(image, "pullPolicy", pullPolicy);
    if (!image.isEmpty()) {
      shared.put("image", image);
    }
    return Serialization.asYaml(shared);
  }

  private static void put(Map<String, Object> into, String key, @Nullable String value) {
    if (value != null) {
      into.put(key, value);
    }
  }
}

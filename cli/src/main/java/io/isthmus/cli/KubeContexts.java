package io.isthmus.cli;

import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The contexts of kubeconfig files. Of several files the first that has a context has the word, and
 * a context stands for the cluster and the user of its own file.
 */
public final class KubeContexts {
  private final List<Path> files;

  private KubeContexts(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /**
   * Of {@code --kubeconfig}, else {@code $KUBECONFIG}, which may list several, else {@code
   * ~/.kube/config}.
   */
  public static KubeContexts of(GlobalOptions options) {
    return of(options.kubeconfig(), Optional.ofNullable(System.getenv("KUBECONFIG")));
  }

  static KubeContexts of(Optional<Path> option, Optional<String> environment) {
    List<Path> named =
        option
            .map(List::of)
            .or(() -> environment.map(KubeContexts::listed).filter(files -> !files.isEmpty()))
            .orElse(List.of(Path.of(System.getProperty("user.home"), ".kube", "config")));
    // as kubectl does: of a list some may be missing
    List<Path> there = named.stream().filter(Files::exists).toList();
    if (there.isEmpty()) {
      throw CommandException.usage(
          "cannot read the kubeconfig " + shown(named),
          "there is no such file",
          "name one with --kubeconfig <file> or KUBECONFIG");
    }
    there.stream()
        .filter(file -> !Files.isReadable(file))
        .findFirst()
        .ifPresent(file -> {
          throw CommandException.usage(
              "cannot read the kubeconfig " + file,
              "it is not readable",
              "name one with --kubeconfig <file> or KUBECONFIG");
        });
    return new KubeContexts(there);
  }

  private static List<Path> listed(String environment) {
    return Stream.of(environment.split(Pattern.quote(File.pathSeparator), -1))
        .filter(name -> !name.isEmpty())
        .map(Path::of)
        .toList();
  }

  private static String shown(List<Path> files) {
    return files.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  public Config config(String context) {
    return parsed(context);
  }

  public KubernetesClient client(String context) {
    return new KubernetesClientBuilder().withConfig(parsed(context)).build();
  }

  /** Of {@code --context}, else the current one of the first file that has one. */
  public KubernetesClient client(GlobalOptions options) {
    return new KubernetesClientBuilder().withConfig(parsed(name(options))).build();
  }

  /** The name of the context that {@link #client(GlobalOptions)} takes. */
  public String name(GlobalOptions options) {
    return options
        .context()
        .or(this::current)
        .orElseThrow(() ->
            CommandException.usage(
                "no context to use",
                shown(files) + " has no current context",
                "name one with --context: " + List.copyOf(byName().keySet())));
  }

  /** The text of a kubeconfig of this context alone, for other programs; it holds credentials. */
  public String standalone(String context) {
    Path file = fileOf(context);
    io.fabric8.kubernetes.api.model.Config whole = contents(file);
    NamedContext named =
        whole.getContexts().stream()
            .filter(each -> each.getName().equals(context))
            .findFirst()
            .orElseThrow();
    List<NamedCluster> clusters =
        whole.getClusters().stream()
            .filter(each -> each.getName().equals(named.getContext().getCluster()))
            .toList();
    List<NamedAuthInfo> users =
        whole.getUsers().stream()
            .filter(each -> each.getName().equals(named.getContext().getUser()))
            .toList();
    clusters.stream()
        .map(NamedCluster::getCluster)
        .forEach(cluster ->
            cluster.setCertificateAuthority(beside(file, cluster.getCertificateAuthority())));
    users.stream()
        .map(NamedAuthInfo::getUser)
        .forEach(user -> {
          user.setClientCertificate(beside(file, user.getClientCertificate()));
          user.setClientKey(beside(file, user.getClientKey()));
          user.setTokenFile(beside(file, user.getTokenFile()));
        });
    return Serialization.asYaml(
        new ConfigBuilder()
            .withApiVersion("v1")
            .withKind("Config")
            .withClusters(clusters)
            .withUsers(users)
            .withContexts(named)
            .withCurrentContext(context)
            .build());
  }

  /** Paths in a kubeconfig are relative to where it is. */
  private static @Nullable String beside(Path file, @Nullable String path) {
    return path == null ? null : file.toAbsolutePath().resolveSibling(path).toString();
  }

  private Optional<String> current() {
    return files.stream()
        .map(file -> contents(file).getCurrentContext())
        .filter(Objects::nonNull)
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  private Config parsed(String context) {
    Config config = Config.fromKubeconfig(context, fileOf(context).toFile());
    config.setRequestRetryBackoffLimit(1);
    config.setConnectionTimeout(5000);
    return config;
  }

  private Path fileOf(String context) {
    Map<String, Path> all = byName();
    Path file = all.get(context);
    if (file == null) {
      throw CommandException.usage(
          "no context \"" + context + "\"",
          "%s has the contexts %s".formatted(shown(files), List.copyOf(all.keySet())),
          "name one of them, or another file with --kubeconfig");
    }
    return file;
  }

  /** Where each context is. */
  private Map<String, Path> byName() {
    return files.stream()
        .flatMap(file ->
            contents(file).getContexts().stream().map(each -> Map.entry(each.getName(), file)))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                Map.Entry::getValue,
                (first, later) -> first,
                LinkedHashMap::new));
  }

  private static io.fabric8.kubernetes.api.model.Config contents(Path file) {
    try {
      return KubeConfigUtils.parseConfig(file.toFile());
    } catch (RuntimeException e) {
      throw CommandException.usage(
          "cannot parse the kubeconfig " + file,
          String.valueOf(e.getMessage()),
          "check it with: kubectl --kubeconfig " + file + " config view");
    }
  }
}

package io.isthmus.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The contexts of one kubeconfig file. */
public final class KubeContexts {
  private final Path file;

  private KubeContexts(Path file) {
    this.file = file;
  }

  /** Of {@code --kubeconfig}, else {@code $KUBECONFIG}, else {@code ~/.kube/config}. */
  public static KubeContexts of(GlobalOptions options) {
    Path file =
        options
            .kubeconfig()
            .or(() -> Optional.ofNullable(System.getenv("KUBECONFIG")).map(Path::of))
            .orElse(Path.of(System.getProperty("user.home"), ".kube", "config"));
    if (!Files.isReadable(file)) {
      throw CommandException.usage(
          "cannot read the kubeconfig " + file,
          Files.exists(file) ? "it is not readable" : "there is no such file",
          "name one with --kubeconfig <file> or KUBECONFIG");
    }
    return new KubeContexts(file);
  }

  public Path file() {
    return file;
  }

  public Config config(String context) {
    return parsed(context);
  }

  public KubernetesClient client(String context) {
    return new KubernetesClientBuilder().withConfig(parsed(context)).build();
  }

  /** Of {@code --context}, else the file's current one. */
  public KubernetesClient client(GlobalOptions options) {
    return new KubernetesClientBuilder().withConfig(parsed(name(options))).build();
  }

  /** The name of the context that {@link #client(GlobalOptions)} takes. */
  public String name(GlobalOptions options) {
    return options
        .context()
        .or(() -> Optional.ofNullable(contents().getCurrentContext()))
        .orElseThrow(() ->
            CommandException.usage(
                "no context to use",
                file + " has no current context",
                "name one with --context: " + names()));
  }

  private Config parsed(String context) {
    if (!names().contains(context)) {
      throw CommandException.usage(
          "no context \"" + context + "\"",
          "%s has the contexts %s".formatted(file, names()),
          "name one of them, or another file with --kubeconfig");
    }
    Config config = Config.fromKubeconfig(context, new File(file.toString()));
    config.setRequestRetryBackoffLimit(1);
    config.setConnectionTimeout(5000);
    return config;
  }

  private List<String> names() {
    return contents().getContexts().stream().map(each -> each.getName()).toList();
  }

  private io.fabric8.kubernetes.api.model.Config contents() {
    try {
      return KubeConfigUtils.parseConfig(new File(file.toString()));
    } catch (RuntimeException e) {
      throw CommandException.usage(
          "cannot parse the kubeconfig " + file,
          String.valueOf(e.getMessage()),
          "check it with: kubectl --kubeconfig " + file + " config view");
    }
  }
}

package io.isthmus.e2e.install;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import java.time.Duration;

/** What the operator types, for any cluster: lines of the page about installing. */
public record Commands(Operator operator) {
  public static final String SHOP = "shop";
  public static final String SYSTEM = "isthmus-system";
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** What a cluster is called in the mesh: {@code west} for {@code e2e-west}. */
  public static String name(KubernetesCluster cluster) {
    return cluster.name().replaceFirst("^.*-", "");
  }

  void install(KubernetesCluster cluster) {
    type(steps().install().getFirst(), cluster);
  }

  /** Brings the mesh to the images of a tag, and waits for it. */
  public void upgrade(KubernetesCluster cluster, String tag) {
    operator.isthmus("upgrade", "--context", cluster.name(), "--image-tag", tag);
  }

  void link(KubernetesCluster from, KubernetesCluster to) {
    steps()
        .link()
        .forEach(line -> operator.type(new TestbedLine(operator.root(), from, to).of(line)));
  }

  void createNamespace(KubernetesCluster cluster) {
    operator.kubectl(cluster, "create", "namespace", SHOP);
  }

  void annotateNamespace(KubernetesCluster cluster) {
    type(steps().deploy().getFirst(), cluster);
  }

  /** The control plane follows the annotation into a label that the webhook's selector knows. */
  void awaitInjection(KubernetesCluster cluster) {
    Eventually.holds(
        LIMIT,
        () -> {
          String label =
              operator.kubectl(
                  cluster,
                  "get",
                  "namespace",
                  SHOP,
                  "-o",
                  "jsonpath={.metadata.labels.isthmus\\.io/injection}");
          return label.equals("enabled") ? "" : "isthmus.io/injection is '" + label + "'";
        });
  }

  void deployClient(KubernetesCluster cluster) {
    cluster.apply(ManifestFile.read(Commands.class, "client.yaml"), SHOP);
  }

  /** A Service whose answers name the cluster. */
  public void deployHello(KubernetesCluster cluster) {
    cluster.apply(
        ManifestFile.read(Commands.class, "hello.yaml")
            .replace("hello from east", "hello from " + name(cluster)),
        SHOP);
  }

  public void export(KubernetesCluster cluster, String service) {
    type(steps().export().getFirst().replace(" hello ", " " + service + " "), cluster);
  }

  /** As the page for users has them. */
  private FiveSteps steps() {
    return FiveSteps.of(Page.ofInstalling(operator.root()));
  }

  private void type(String line, KubernetesCluster cluster) {
    operator.type(TestbedLine.on(operator.root(), cluster).of(line));
  }

  void awaitClient(KubernetesCluster cluster) {
    operator.kubectl(
        cluster, "rollout", "status", "deployment/client", "-n", SHOP, "--timeout=60s");
  }

  /** Until the caller in {@code from} has {@code to}'s own answer. */
  void awaitAnswer(KubernetesCluster from, KubernetesCluster to) {
    Eventually.holds(
        LIMIT,
        () -> {
          Command.Result call = call(from, "http://hello-%s.shop".formatted(name(to)));
          return call.output().strip().equals("hello from " + name(to)) ? "" : call.output();
        });
  }

  private Command.Result call(KubernetesCluster from, String url) {
    return operator.attempt(
        from,
        "exec",
        "-n",
        SHOP,
        "deployment/client",
        "-c",
        "client",
        "--",
        "curl",
        "-sS",
        "-m",
        "3",
        url);
  }
}

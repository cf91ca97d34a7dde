package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.ObjectNames;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes one cluster's releases what was asked for. Values that were given before stay. */
final class Installing implements AutoCloseable {
  private final String context;
  private final KubernetesClient client;
  private final Releases releases;
  private final Rights rights;
  private final Charts charts;
  private final List<Release> wanted = new ArrayList<>();

  private Installing(String context, KubernetesClient client, Releases releases, Charts charts) {
    this.context = context;
    this.client = client;
    this.releases = releases;
    this.rights = new Rights(context, client, releases.namespace());
    this.charts = charts;
  }

  static Installing in(GlobalOptions global, MeshOptions options) {
    KubeContexts contexts = KubeContexts.of(global);
    String context = contexts.name(global);
    KubernetesClient client = contexts.client(context);
    String version = client.getKubernetesVersion().getGitVersion();
    Releases releases =
        new Releases(context, contexts.standalone(context), version, global.namespace());
    Installing installing = new Installing(context, client, releases, Charts.unpacked());
    try {
      installing.plan(options);
      return installing;
    } catch (RuntimeException e) {
      installing.close();
      throw e;
    }
  }

  boolean isInstalled() {
    return isThere(Release.MESH);
  }

  /** Who may not know is told so by {@link #refuseWithoutRights}. */
  private boolean isThere(String release) {
    return rights.mayReadReleases() && releases.has(release);
  }

  void refuseWithoutRights() {
    rights.need(objects(), "get", "create", "patch");
  }

  private void plan(MeshOptions options) {
    Path shared = charts.file("shared.yaml", options.shared());
    String mesh = isInstalled() ? releases.values(Release.MESH) : first();
    add(Release.MESH, options, mesh, shared);
    if (options.isGatewayAsked()) {
      add(Release.GATEWAY, options, gatewayBefore(mesh), shared);
    }
  }

  /** A cluster is called as its context is, where nothing else is said. */
  private String first() {
    return context.matches("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
        ? Serialization.asYaml(Map.of("cluster", context))
        : "";
  }

  private void add(String name, MeshOptions options, String before, Path shared) {
    List<Path> files = new ArrayList<>();
    files.add(charts.file(name + "-before.yaml", before));
    files.addAll(options.files(name));
    files.add(shared);
    wanted.add(new Release(name, charts.of(name), files, options.set(name)));
  }

  /** A gateway that comes later is told what the mesh was told, as far as both are told it. */
  @SuppressWarnings("unchecked") // of YAML, the keys are text
  private String gatewayBefore(String mesh) {
    if (isThere(Release.GATEWAY)) {
      return releases.values(Release.GATEWAY);
    }
    Map<String, Object> told = Serialization.unmarshal(mesh.isBlank() ? "{}" : mesh, Map.class);
    Map<String, Object> both = new LinkedHashMap<>();
    Stream.of("cluster", "trustDomain", "clusterDomain", "image")
        .filter(told::containsKey)
        .forEach(key -> both.put(key, told.get(key)));
    return Serialization.asYaml(both);
  }

  /** All objects, in the order in which they are applied. */
  String yaml() {
    StringBuilder yaml = new StringBuilder(Serialization.asYaml(namespace()));
    wanted.forEach(release -> yaml.append(releases.manifest(release)));
    return yaml.toString();
  }

  List<String> describe() {
    List<String> lines = new ArrayList<>();
    if (client.resource(namespace()).get() == null) {
      lines.add("Namespace " + releases.namespace());
    }
    wanted.forEach(release ->
        lines.add(
            "release %s (%s)"
                .formatted(
                    release.name(), isThere(release.name()) ? "there already: upgraded" : "new")));
    return lines;
  }

  void run() {
    wanted.forEach(this::refuseUnfinished);
    if (client.resource(namespace()).get() == null) {
      client.resource(namespace()).create();
    }
    wanted.forEach(releases::apply);
  }

  void await(MeshOptions options, PrintWriter out) {
    List<String> deployments = new ArrayList<>();
    deployments.add(ObjectNames.CONTROL_SERVICE);
    deployments.add(ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT);
    if (options.isGatewayAsked()) {
      deployments.add(ObjectNames.GATEWAY_SERVICE);
    }
    new Rollout(
            client,
            releases.namespace(),
            line -> {
              out.println(line);
              out.flush();
            })
        .await(deployments, options.timeout());
  }

  /** Where linked clusters reach the gateway, in words. */
  String gateway() {
    var service =
        client
            .services()
            .inNamespace(releases.namespace())
            .withName(ObjectNames.GATEWAY_SERVICE)
            .get();
    if (service == null) {
      return "No gateway: this cluster exports nothing.";
    }
    if (!"LoadBalancer".equals(service.getSpec().getType())) {
      return "Gateway: Service of type %s; Links of other clusters name its addresses."
          .formatted(service.getSpec().getType());
    }
    List<String> addresses =
        service.getStatus().getLoadBalancer().getIngress().stream()
            .map(ingress -> ingress.getIp() == null ? ingress.getHostname() : ingress.getIp())
            .toList();
    return addresses.isEmpty()
        ? "Gateway: no address yet. Linked clusters reach it when the load balancer (such as"
            + " MetalLB, with a pool that is not empty) gives one to the Service isthmus-gateway."
        : "Gateway: " + String.join(", ", addresses);
  }

  private void refuseUnfinished(Release release) {
    releases
        .status(release.name())
        .filter(status -> status.startsWith("pending"))
        .ifPresent(status -> {
          throw CommandException.refused(
              "release %s is %s".formatted(release.name(), status),
              "an installation runs in another place, or was ended in the middle",
              "wait for it; or helm -n %s rollback %s, or isthmus uninstall"
                  .formatted(releases.namespace(), release.name()));
        });
  }

  private List<HasMetadata> objects() {
    return client.load(new ByteArrayInputStream(yaml().getBytes(StandardCharsets.UTF_8))).items();
  }

  private Namespace namespace() {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(releases.namespace())
        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
        .endMetadata()
        .build();
  }

  @Override
  public void close() {
    charts.close();
    client.close();
  }
}

package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Namespace;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Makes one cluster's releases what was asked for. Values that were given before stay. */
final class Installing implements AutoCloseable {
  private final String context;
  private final KubernetesClient client;
  private final Releases releases;
  private final Rights rights;
  private final Charts charts;
  private final List<Release> wanted = new ArrayList<>();
  private final List<String> staying = new ArrayList<>();

  private Installing(String context, KubernetesClient client, Releases releases, Charts charts) {
    this.context = context;
    this.client = client;
    this.releases = releases;
    this.rights = new Rights(context, client, releases.namespace());
    this.charts = charts;
  }

  /** What becomes of a gateway that is not there. */
  enum NewGateway {
    IS_ADDED,
    HAS_TO_BE_NAMED
  }

  static Installing in(GlobalOptions global, MeshOptions options, NewGateway gateway) {
    KubeContexts contexts = KubeContexts.of(global);
    String context = contexts.name(global);
    KubernetesClient client = contexts.client(context);
    String version = client.getKubernetesVersion().getGitVersion();
    Releases releases =
        new Releases(context, contexts.standalone(context), version, global.namespace());
    Installing installing = new Installing(context, client, releases, Charts.unpacked());
    try {
      installing.plan(options, gateway);
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
    boolean isThere =
        rights.mayReadNamespaces()
            && client.resource(SystemNamespace.object()).get() != null; // and not written
    rights.needToApply(
        objects().stream().filter(object -> !isThere || !(object instanceof Namespace)).toList());
  }

  private void plan(MeshOptions options, NewGateway gateway) {
    Path shared = charts.file("shared.yaml", options.shared());
    String mesh = isInstalled() ? releases.values(Release.MESH) : first();
    stays(values(mesh), options);
    add(Release.MESH, options, mesh, shared);
    boolean isGatewayAsked =
        gateway == NewGateway.IS_ADDED || options.isGatewayNamed() || isThere(Release.GATEWAY);
    if (isGatewayAsked && !options.isGatewayLeftOut()) {
      add(Release.GATEWAY, options, gatewayBefore(mesh, options), shared);
    }
  }

  /** Values of before that keep an upgrade from being one. */
  private void stays(Map<String, Object> before, MeshOptions options) {
    if (before.get("image") instanceof Map<?, ?> image
        && image.get("tag") instanceof String tag
        && !options.isTagNamed()) {
      staying.add("images stay at the tag %s, as was said before: --image-tag".formatted(tag));
    }
    if (before.get("crds") instanceof Map<?, ?> crds && Boolean.FALSE.equals(crds.get("install"))) {
      staying.add("the definitions stay as they are, as was said before: --set crds.install=true");
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

  /** A gateway is told what the mesh is told, as far as both are told it. */
  private String gatewayBefore(String mesh, MeshOptions options) {
    Map<String, Object> told =
        isThere(Release.GATEWAY) ? values(releases.values(Release.GATEWAY)) : shared(values(mesh));
    options.files(Release.MESH).forEach(file -> told.putAll(shared(values(Charts.text(file)))));
    return Serialization.asYaml(told);
  }

  private static Map<String, Object> shared(Map<String, Object> values) {
    Map<String, Object> shared = new LinkedHashMap<>(values);
    shared.keySet().retainAll(MeshOptions.SHARED);
    return shared;
  }

  @SuppressWarnings("unchecked") // of YAML, the keys are text
  private static Map<String, Object> values(String yaml) {
    Map<String, Object> values = Serialization.unmarshal(yaml.isBlank() ? "{}" : yaml, Map.class);
    return values == null ? new LinkedHashMap<>() : values;
  }

  /** All objects, in the order in which they are applied. */
  String yaml() {
    StringBuilder yaml = new StringBuilder(Serialization.asYaml(SystemNamespace.object()));
    wanted.forEach(release -> yaml.append(releases.manifest(release)));
    return yaml.toString();
  }

  List<String> describe() {
    List<String> lines = new ArrayList<>();
    if (client.resource(SystemNamespace.object()).get() == null) {
      lines.add("Namespace " + releases.namespace());
    }
    wanted.forEach(release ->
        lines.add(
            "release %s (%s)"
                .formatted(
                    release.name(), isThere(release.name()) ? "there already: upgraded" : "new")));
    lines.addAll(staying);
    return lines;
  }

  void run() {
    wanted.forEach(this::refuseUnfinished);
    new Rehearsal(client, releases).run(SystemNamespace.object(), wanted, objects());
    wanted.forEach(releases::apply);
  }

  void await(Duration timeout, PrintWriter out) {
    List<String> deployments = new ArrayList<>();
    deployments.add(ObjectNames.CONTROL_SERVICE);
    deployments.add(ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT);
    if (wanted.stream().anyMatch(release -> release.name().equals(Release.GATEWAY))) {
      deployments.add(ObjectNames.GATEWAY_SERVICE);
    }
    new Rollout(
            client,
            releases.namespace(),
            line -> {
              out.println(line);
              out.flush();
            })
        .await(deployments, timeout);
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
    List<LoadBalancerIngress> given = service.getStatus().getLoadBalancer().getIngress();
    List<String> addresses =
        given.stream().map(LoadBalancerIngress::getIp).filter(Objects::nonNull).toList();
    if (addresses.isEmpty() && !given.isEmpty()) {
      return "Gateway: the load balancer gave the name %s alone, and linked clusters follow addresses: give theirs in spec.gateway.addresses of their Links."
          .formatted(given.getFirst().getHostname());
    }
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

  @Override
  public void close() {
    charts.close();
    client.close();
  }
}

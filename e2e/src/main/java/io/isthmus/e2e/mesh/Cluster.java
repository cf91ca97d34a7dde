package io.isthmus.e2e.mesh;

import io.isthmus.e2e.site.Addresses;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.MeshProcess;
import io.isthmus.e2e.site.Namespace;
import io.isthmus.e2e.site.Site;
import io.isthmus.e2e.site.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A site with the mesh on it and one workload: the same addresses in each cluster, so that nothing
 * works by chance.
 */
public final class Cluster implements AutoCloseable {
  public static final String SYSTEM = "isthmus-system";
  public static final String SHOP = "shop";
  private static final int CONTROLLER_READY = 15014;
  private static final int PROXY_READY = 15021;

  private final Site site;
  private final Path root;
  private final Member member;
  private final String workload;
  private final Pod control;
  private final Pod mirror;
  private final Pod gateway;
  private final Pod app;

  Cluster(Internet internet, Workspace workspace, Member member) {
    this.site =
        new Site(
            internet,
            new Site.Place(member.name(), member.index(), member.authority().trustDomain(member)),
            workspace);
    if (!member.clock().isZero()) {
      site.moveClocks(member.clock());
    }
    this.root = workspace.root();
    this.member = member;
    this.workload = member.workload();
    control = ofSystem("control", Addresses.CONTROL, CONTROLLER_READY);
    mirror = ofSystem("mirror-controller", Addresses.MIRROR, CONTROLLER_READY);
    gateway = ofSystem("gateway", Addresses.EASTWEST, PROXY_READY);
    app =
        new Pod(
            site.podNetwork(workload, Addresses.WORKLOAD),
            Addresses.WORKLOAD,
            SHOP,
            workload,
            PROXY_READY);
  }

  /** Where a process runs, and the service account that it runs under. */
  private record Pod(
      Namespace network, String ip, String namespace, String account, int readyPort) {}

  private Pod ofSystem(String name, String ip, int readyPort) {
    // the name is also an interface's, of which Linux takes 15 characters: p-mirror-controller has
    // more
    Namespace network = site.podNetwork(name.replaceFirst("-.*", ""), ip);
    return new Pod(network, ip, SYSTEM, "isthmus-" + name, readyPort);
  }

  /**
   * A cluster to be.
   *
   * @param index its place on the internet
   * @param workload name of its one workload, which is its Service's and its service account's too
   * @param authority what its certificates come from
   * @param clock by how much the clocks of its processes are ahead; negative: behind. Its API
   *     server's is right
   */
  public record Member(
      String name, int index, String workload, Authority authority, Duration clock) {

    public Member(String name, int index, String workload) {
      this(name, index, workload, new Standard(), Duration.ZERO);
    }
  }

  /** What a cluster's certificates come from. */
  public sealed interface Authority {
    default String trustDomain(Member member) {
      return switch (this) {
        case Standard(), ShortLived(Duration _) -> member.name() + ".e2e";
        case Shared(OfflineRoot root, Duration _) -> root.trustDomain();
      };
    }
  }

  /** A root of its own, and the usual lifetimes. */
  public record Standard() implements Authority {}

  /** A root of its own. */
  public record ShortLived(Duration leafLifetime) implements Authority {}

  /** A root that others have in common with it, and an issuer of its own under that. */
  public record Shared(OfflineRoot root, Duration leafLifetime) implements Authority {}

  public Site site() {
    return site;
  }

  public Namespace workloadPod() {
    return app.network();
  }

  public Namespace gatewayPod() {
    return gateway.network();
  }

  /** Namespaces, service accounts, roles, the gateway's Service with its address, the workload. */
  void prepare() {
    for (Path crd : crds()) {
      site.kubectl("apply", "-f", crd.toString());
    }
    site.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    site.apply(Manifests.system());
    site.kubectl("apply", "-f", root.resolve("charts/isthmus/files/rbac").toString());
    site.kubectl(
        "patch",
        "service",
        "isthmus-gateway",
        "-n",
        SYSTEM,
        "--subresource=status",
        "--type=merge",
        "-p",
        Manifests.loadBalancerStatus(site.addresses().publicAddress()));
    switch (member.authority()) {
      case Standard() -> {}
      case ShortLived(Duration life) ->
          site.apply(Manifests.trustDomain(site.name(), site.trustDomain(), life));
      case Shared(OfflineRoot offline, Duration life) -> {
        site.apply(offline.offer());
        site.apply(Manifests.operatorTrustDomain(site.name(), site.trustDomain(), life));
      }
    }
    site.apply(Manifests.workload(workload));
    markReady(workload + "-1", Addresses.WORKLOAD);
  }

  private List<Path> crds() {
    Path directory = root.resolve("charts/isthmus/files/crds");
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException("no CRDs in " + directory, e);
    }
  }

  /** What a kubelet would report of a Pod. */
  private void markReady(String pod, String ip) {
    site.kubectl(
        "patch",
        "pod",
        pod,
        "-n",
        SHOP,
        "--subresource=status",
        "--type=merge",
        "-p",
        Manifests.readyStatus(ip));
  }

  MeshProcess startControl() {
    // where leaves are short a rotation is waited for: not for peers that fetch, which are none
    List<String> unserved =
        member.authority() instanceof Standard ? List.of() : List.of("--bundle-address=off");
    return start(
        control,
        "control",
        joined(List.of(kubeconfig(control), "--sidecar-image=registry.local/sidecar:1"), unserved));
  }

  MeshProcess startMirrorController() {
    return start(
        mirror, "mirror-controller", joined(List.of(kubeconfig(mirror)), enrolment(mirror)));
  }

  MeshProcess startGateway() {
    return start(
        gateway,
        "eastwest-gateway",
        joined(List.of("--pod=gateway-1", "--pod-ip=" + gateway.ip()), enrolment(gateway)));
  }

  MeshProcess startSidecar() {
    return start(
        app,
        "sidecar",
        joined(
            List.of(
                "--namespace=" + app.namespace(),
                "--service-account=" + app.account(),
                "--pod=" + app.account() + "-1",
                "--pod-ip=" + app.ip(),
                "--explicit-address=127.0.0.1:15080",
                "--outbound-address=127.0.0.1:15001"),
            enrolment(app)));
  }

  /** Every process is told its cluster, and says on its Pod's address when it is ready. */
  private MeshProcess start(Pod pod, String process, List<String> settings) {
    return site.start(
        pod.network(),
        process,
        joined(
            List.of("--cluster=" + site.name(), "--trust-domain=" + site.trustDomain()), settings),
        "http://%s:%d/ready".formatted(pod.ip(), pod.readyPort()));
  }

  /** How a process gets its identity from the control plane. */
  private List<String> enrolment(Pod pod) {
    return List.of(
        "--control-address=" + control.ip() + ":15012",
        "--control-bundle=" + site.ownBundle(),
        "--token-file=" + site.meshToken(pod.namespace(), pod.account()));
  }

  private String kubeconfig(Pod pod) {
    return "--kubeconfig=" + site.kubeconfigOf(pod.namespace(), pod.account());
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  public MeshProcess startApp() {
    return site.startApp(
        app.network(),
        HelloServer.class.getName(),
        List.of(Addresses.WORKLOAD, "8080", "hello from " + site.name() + "/" + workload + "-1"),
        "http://" + Addresses.WORKLOAD + ":8080/");
  }

  /** Redirects what the Pod sends to Service addresses to the sidecar: three nft lines. */
  public void captureOutbound() {
    app.network()
        .run(
            "nft",
            "add table ip isthmus; add chain ip isthmus out { type nat hook output priority -100;"
                + " }; add rule ip isthmus out ip daddr "
                + Addresses.SERVICE_RANGE
                + " meta l4proto tcp redirect to :15001");
  }

  @Override
  public void close() {
    site.close();
  }
}

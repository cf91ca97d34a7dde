package io.isthmus.e2e.story;

import io.isthmus.e2e.site.Addresses;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.MeshProcess;
import io.isthmus.e2e.site.Namespace;
import io.isthmus.e2e.site.Site;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.util.List;

/**
 * A site with the mesh on it and one workload: the same addresses in each cluster, so that nothing
 * works by chance.
 */
final class Cluster implements AutoCloseable {
  static final String SYSTEM = "isthmus-system";
  static final String SHOP = "shop";

  private final Site site;
  private final Path root;
  private final String workload;
  private final Namespace controlPod;
  private final Namespace mirrorPod;
  private final Namespace gatewayPod;
  private final Namespace workloadPod;

  Cluster(Internet internet, Workspace workspace, Member member) {
    this.site = new Site(internet, member.name(), member.index(), workspace);
    this.root = workspace.root();
    this.workload = member.workload();
    controlPod = site.podNetwork("control", Addresses.CONTROL);
    mirrorPod = site.podNetwork("mirror", Addresses.MIRROR);
    gatewayPod = site.podNetwork("gateway", Addresses.EASTWEST);
    workloadPod = site.podNetwork(workload, Addresses.WORKLOAD);
  }

  /** A cluster's name, its place on the internet, and the name of its workload. */
  record Member(String name, int index, String workload) {}

  Site site() {
    return site;
  }

  Namespace workloadPod() {
    return workloadPod;
  }

  Namespace gatewayPod() {
    return gatewayPod;
  }

  /** Namespaces, service accounts, roles, the gateway's Service with its address, the workload. */
  void prepare() {
    for (Path crd : crds()) {
      site.kubectl("apply", "-f", crd.toString());
    }
    site.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    site.apply(Manifests.system());
    site.kubectl("apply", "-f", root.resolve("control/src/main/kubernetes/rbac.yaml").toString());
    site.kubectl(
        "apply", "-f", root.resolve("mirror-controller/src/main/kubernetes/rbac.yaml").toString());
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
    site.apply(Manifests.workload(workload));
    markReady(workload + "-1", Addresses.WORKLOAD);
  }

  private List<Path> crds() {
    Path directory = root.resolve("api/src/main/resources/META-INF/isthmus/crds");
    try (var files = java.nio.file.Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (java.io.IOException e) {
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
    return site.start(
        controlPod,
        "control",
        List.of(
            "--cluster=" + site.name(),
            "--trust-domain=" + site.trustDomain(),
            "--kubeconfig=" + site.kubeconfigOf(SYSTEM, "isthmus-control")),
        "http://" + Addresses.CONTROL + ":15014/ready");
  }

  MeshProcess startMirrorController() {
    return site.start(
        mirrorPod,
        "mirror-controller",
        List.of(
            "--cluster=" + site.name(),
            "--trust-domain=" + site.trustDomain(),
            "--kubeconfig=" + site.kubeconfigOf(SYSTEM, "isthmus-mirror-controller"),
            "--control-address=" + Addresses.CONTROL + ":15012",
            "--control-bundle=" + site.ownBundle(),
            "--token-file=" + site.meshToken(SYSTEM, "isthmus-mirror-controller")),
        "http://" + Addresses.MIRROR + ":15014/ready");
  }

  MeshProcess startGateway() {
    return site.start(
        gatewayPod,
        "eastwest-gateway",
        List.of(
            "--cluster=" + site.name(),
            "--trust-domain=" + site.trustDomain(),
            "--pod=gateway-1",
            "--pod-ip=" + Addresses.EASTWEST,
            "--control-address=" + Addresses.CONTROL + ":15012",
            "--control-bundle=" + site.ownBundle(),
            "--token-file=" + site.meshToken(SYSTEM, "isthmus-gateway")),
        "http://" + Addresses.EASTWEST + ":15021/ready");
  }

  MeshProcess startSidecar() {
    return site.start(
        workloadPod,
        "sidecar",
        List.of(
            "--cluster=" + site.name(),
            "--trust-domain=" + site.trustDomain(),
            "--namespace=" + SHOP,
            "--service-account=" + workload,
            "--pod=" + workload + "-1",
            "--pod-ip=" + Addresses.WORKLOAD,
            "--control-address=" + Addresses.CONTROL + ":15012",
            "--control-bundle=" + site.ownBundle(),
            "--token-file=" + site.meshToken(SHOP, workload),
            "--explicit-address=127.0.0.1:15080",
            "--outbound-address=127.0.0.1:15001"),
        "http://" + Addresses.WORKLOAD + ":15021/ready");
  }

  MeshProcess startApp() {
    return site.startApp(
        workloadPod,
        HelloServer.class.getName(),
        List.of(Addresses.WORKLOAD, "8080", "hello from " + site.name() + "/" + workload + "-1"),
        "http://" + Addresses.WORKLOAD + ":8080/");
  }

  /** Redirects what the Pod sends to Service addresses to the sidecar: three nft lines. */
  void captureOutbound() {
    workloadPod.run(
        "nft",
        "add table ip isthmus; add chain ip isthmus out { type nat hook output priority -100; };"
            + " add rule ip isthmus out ip daddr "
            + Addresses.SERVICE_RANGE
            + " meta l4proto tcp redirect to :15001");
  }

  @Override
  public void close() {
    site.close();
  }
}

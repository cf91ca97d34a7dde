package io.isthmus.cli.cluster;

import io.isthmus.cli.workload.HelloServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line and the readiness of each kind of process of a cluster. */
final class ProcessSpecs {
  private final ClusterSpec spec;
  private final Installation installation;
  private final Path directory;

  ProcessSpecs(ClusterSpec spec, Installation installation, Path directory) {
    this.spec = spec;
    this.installation = installation;
    this.directory = directory;
  }

  ProcessSpec control(Path kubeconfig) {
    String address = spec.addresses().control();
    List<String> command = own(installation.java("control", "192m"));
    command.add("--kubeconfig=" + kubeconfig);
    command.add("--xds-address=" + address + ":15012");
    command.add("--metrics-address=" + address + ":15014");
    command.add("--bundle-address=" + address + ":8443");
    command.add("--identity=" + spec.control().pod());
    return spec("control", command, "control", "http://" + address + ":15014/ready");
  }

  ProcessSpec mirrorController(Path kubeconfig, MountedFiles files) {
    String address = spec.addresses().mirrorController();
    List<String> command = own(installation.java("mirror-controller", "160m"));
    command.add("--kubeconfig=" + kubeconfig);
    command.add("--metrics-address=" + address + ":15014");
    command.add("--identity=" + spec.mirrorController().pod());
    command.add("--probe-interval=1s");
    addControl(command, spec.mirrorController(), files);
    return spec(
        "mirror-controller", command, "mirror-controller", "http://" + address + ":15014/ready");
  }

  ProcessSpec gateway(MountedFiles files) {
    List<String> command = own(installation.dataPlane("eastwest-gateway"));
    addProxy(command, spec.gateway(), files);
    command.add("--access-log=" + directory.resolve("gateway.access.log"));
    return spec("gateway", command, "eastwest-gateway", ready(spec.gateway()));
  }

  ProcessSpec sidecar(Workload workload, MountedFiles files) {
    PodIdentity pod = spec.identity(workload);
    List<String> command = own(installation.dataPlane("proxy"));
    addProxy(command, pod, files);
    command.add("--explicit-address=" + pod.address() + ":15080");
    command.add("--access-log=" + accessLog(workload));
    return spec("sidecar-" + workload.pod(), command, "proxy", ready(pod));
  }

  Path accessLog(Workload workload) {
    return directory.resolve("sidecar-" + workload.pod() + ".access.log");
  }

  Path gatewayAccessLog() {
    return directory.resolve("gateway.access.log");
  }

  ProcessSpec application(Workload workload) {
    String address = spec.addresses().pod(workload.index()) + ":" + Workload.PORT;
    List<String> command = new ArrayList<>(installation.ownMain(HelloServer.class, "64m"));
    command.add("--address=" + address);
    command.add("--pod=" + workload.pod());
    command.add("--cluster=" + spec.name());
    return new ProcessSpec(
        spec.name() + "/" + workload.pod(),
        command,
        directory.resolve(workload.pod() + ".log"),
        Readiness.http("http://" + address + "/"));
  }

  private List<String> own(List<String> java) {
    List<String> command = new ArrayList<>(java);
    command.add("--cluster=" + spec.name());
    command.add("--trust-domain=" + spec.trustDomain());
    command.add("--cluster-domain=" + ClusterSpec.CLUSTER_DOMAIN);
    return command;
  }

  private void addProxy(List<String> command, PodIdentity pod, MountedFiles files) {
    command.add("--namespace=" + pod.namespace());
    command.add("--service-account=" + pod.serviceAccount());
    command.add("--pod=" + pod.pod());
    command.add("--pod-ip=" + pod.address());
    command.add("--inbound-address=" + pod.address() + ":15008");
    command.add("--admin-address=" + admin(pod));
    command.add("--metrics-address=" + pod.address() + ":15020");
    command.add("--ready-address=" + pod.address() + ":15021");
    command.add("--drain-period=2s");
    addControl(command, pod, files);
  }

  private void addControl(List<String> command, PodIdentity pod, MountedFiles files) {
    command.add("--control-address=" + spec.addresses().control() + ":15012");
    command.add("--control-bundle=" + files.bundle());
    command.add("--token-file=" + files.token(pod));
  }

  /** Admin pages must be on loopback, which the addresses of a cluster with a real API are not. */
  static String admin(PodIdentity pod) {
    if (pod.address().startsWith("127.")) {
      return pod.address() + ":15000";
    }
    String[] numbers = pod.address().split("\\.");
    return "127.20%s.0.%s:15000".formatted(numbers[2], numbers[3]);
  }

  private static String ready(PodIdentity pod) {
    return "http://" + pod.address() + ":15021/ready";
  }

  private ProcessSpec spec(String name, List<String> command, String module, String ready) {
    command.addAll(spec.extra(module));
    return new ProcessSpec(
        spec.name() + "/" + name, command, directory.resolve(name + ".log"), Readiness.http(ready));
  }
}

package io.isthmus.cli.cluster;

import io.isthmus.api.ObjectNames;
import java.util.List;
import java.util.Map;

/**
 * What one cluster is to be.
 *
 * @param workloads in the namespace {@code shop}, each with a sidecar
 * @param extraSettings settings added to a process's own, by the process's module name ({@code
 *     proxy}, {@code eastwest-gateway}, {@code control}, {@code mirror-controller}): {@code
 *     --key=value}
 */
public record ClusterSpec(
    String name,
    ApiKind api,
    Addresses addresses,
    List<Workload> workloads,
    Map<String, List<String>> extraSettings) {
  public static final String CLUSTER_DOMAIN = "cluster.local";

  public ClusterSpec {
    workloads = List.copyOf(workloads);
    extraSettings = Map.copyOf(extraSettings);
  }

  public ClusterSpec(String name, ApiKind api, Addresses addresses, List<Workload> workloads) {
    this(name, api, addresses, workloads, Map.of());
  }

  public String trustDomain() {
    return name + ".demo";
  }

  public PodIdentity control() {
    return system(ObjectNames.CONTROL_SERVICE_ACCOUNT, addresses.control());
  }

  public PodIdentity gateway() {
    return system(ObjectNames.GATEWAY_SERVICE_ACCOUNT, addresses.gateway());
  }

  public PodIdentity mirrorController() {
    return system(ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT, addresses.mirrorController());
  }

  public PodIdentity identity(Workload workload) {
    return new PodIdentity(
        Workload.NAMESPACE,
        workload.serviceAccount(),
        workload.pod(),
        addresses.pod(workload.index()));
  }

  private static PodIdentity system(String account, String address) {
    return new PodIdentity(ObjectNames.SYSTEM_NAMESPACE, account, account + "-0", address);
  }

  List<String> extra(String module) {
    return extraSettings.getOrDefault(module, List.of());
  }
}

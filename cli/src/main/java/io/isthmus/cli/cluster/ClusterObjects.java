package io.isthmus.cli.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The objects that stand for a cluster's processes: what a person or a Deployment would create. */
final class ClusterObjects {
  private static final String APP = "app";
  private static final String NODE = "this-machine";

  private final ClusterSpec spec;
  private final KubernetesClient client;

  ClusterObjects(ClusterSpec spec, KubernetesClient client) {
    this.spec = spec;
    this.client = client;
  }

  void create() {
    // a controller manager makes no endpoints of pods on a node that does not exist
    create(new NodeBuilder().withNewMetadata().withName(NODE).endMetadata().build());
    for (String namespace : List.of(ObjectNames.SYSTEM_NAMESPACE, Workload.NAMESPACE)) {
      create(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
    }
    for (PodIdentity pod : pods()) {
      create(
          new ServiceAccountBuilder()
              .withNewMetadata()
              .withNamespace(pod.namespace())
              .withName(pod.serviceAccount())
              .endMetadata()
              .build());
    }
    create(gatewayService());
    client.resource(gatewayService()).editStatus(this::withAddress);
    for (Workload workload : spec.workloads()) {
      runningPod(workload);
      for (String service : workload.services()) {
        create(service(workload, service));
        if (spec.api() == ApiKind.EMBEDDED) {
          create(endpoints(workload, service)); // a real cluster's controller manager makes these
        }
      }
    }
  }

  List<PodIdentity> pods() {
    List<PodIdentity> pods =
        new ArrayList<>(List.of(spec.control(), spec.gateway(), spec.mirrorController()));
    spec.workloads().forEach(workload -> pods.add(spec.identity(workload)));
    return pods;
  }

  private <T extends HasMetadata> void create(T object) {
    if (client.resource(object).get() == null) {
      client.resource(object).create();
    }
  }

  private static Service gatewayService() {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace(ObjectNames.SYSTEM_NAMESPACE)
        .withName(ObjectNames.GATEWAY_SERVICE)
        .endMetadata()
        .withNewSpec()
        .withType("LoadBalancer")
        .addNewPort()
        .withName(ObjectNames.GATEWAY_PORT_NAME)
        .withPort(ObjectNames.GATEWAY_PORT)
        .endPort()
        .endSpec()
        .build();
  }

  /** A cloud's load balancer would write this. */
  private Service withAddress(Service service) {
    return new ServiceBuilder(service)
        .withNewStatus()
        .withNewLoadBalancer()
        .addNewIngress()
        .withIp(spec.addresses().gateway())
        .endIngress()
        .endLoadBalancer()
        .endStatus()
        .build();
  }

  private static Service service(Workload workload, String name) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace(Workload.NAMESPACE)
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withSelector(Map.of(APP, workload.pod()))
        .addNewPort()
        .withName("http")
        .withPort(Workload.SERVICE_PORT)
        .withTargetPort(new IntOrString(Workload.PORT))
        .endPort()
        .endSpec()
        .build();
  }

  private void runningPod(Workload workload) {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(Workload.NAMESPACE)
            .withName(workload.pod())
            .withLabels(Map.of(APP, workload.pod()))
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName(workload.serviceAccount())
            .withNodeName(NODE)
            .addNewContainer()
            .withName("hello")
            .withImage("isthmus/hello")
            .endContainer()
            .addNewContainer()
            .withName(ObjectNames.PROXY_CONTAINER)
            .withImage("isthmus/proxy")
            .endContainer()
            .endSpec()
            .build();
    create(pod);
    String address = spec.addresses().pod(workload.index());
    client
        .resource(pod)
        .editStatus(current ->
            new PodBuilder(current)
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(address)
                .addNewPodIP()
                .withIp(address)
                .endPodIP()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
  }

  private EndpointSlice endpoints(Workload workload, String service) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(Workload.NAMESPACE)
        .withName(service + "-" + workload.pod())
        .withLabels(Map.of(Labels.SERVICE_NAME, service))
        .endMetadata()
        .withAddressType("IPv4")
        .addNewPort()
        .withName("http")
        .withPort(Workload.PORT)
        .withProtocol("TCP")
        .endPort()
        .addNewEndpoint()
        .withAddresses(spec.addresses().pod(workload.index()))
        .withNewConditions()
        .withReady(true)
        .withServing(true)
        .withTerminating(false)
        .endConditions()
        .withNewTargetRef()
        .withKind("Pod")
        .withNamespace(Workload.NAMESPACE)
        .withName(workload.pod())
        .endTargetRef()
        .endEndpoint()
        .build();
  }
}

package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.isthmus.api.Labels;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.control.watch.Watch;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is watched. Informers list again by themselves after a watch breaks, for ever. */
public final class ClusterInformers implements AutoCloseable {
  private static final int NOT_FOUND = 404;
  private static final Logger LOG = LoggerFactory.getLogger(ClusterInformers.class);

  private final SharedIndexInformer<Service> services;
  private final SharedIndexInformer<EndpointSlice> slices;
  private final SharedIndexInformer<Pod> pods;
  private final SharedIndexInformer<TrustDomain> trustDomains;
  private final SharedIndexInformer<Link> links;
  private final SharedIndexInformer<ConfigMap> bundles;

  public ClusterInformers(KubernetesClient client, String systemNamespace, Runnable changed) {
    Watch watch = new Watch(changed, ClusterInformers::failed);
    services = watch.on(client.services().inAnyNamespace().runnableInformer(0));
    slices =
        watch.on(client.discovery().v1().endpointSlices().inAnyNamespace().runnableInformer(0));
    pods = watch.on(client.pods().inAnyNamespace().runnableInformer(0));
    trustDomains =
        watch.on(
            client.resources(TrustDomain.class).runnableInformer(0), ClusterInformers::differs);
    links =
        watch.on(
            client.resources(Link.class).inNamespace(systemNamespace).runnableInformer(0),
            ClusterInformers::differs);
    bundles =
        watch.on(
            client
                .configMaps()
                .inNamespace(systemNamespace)
                .withLabel(Labels.TRUST_BUNDLE)
                .runnableInformer(0));
    all().forEach(SharedIndexInformer::start);
  }

  public boolean hasSynced() {
    return all().stream().allMatch(SharedIndexInformer::hasSynced);
  }

  List<Service> services() {
    return services.getStore().list();
  }

  List<EndpointSlice> slices() {
    return slices.getStore().list();
  }

  List<Pod> pods() {
    return pods.getStore().list();
  }

  /**
   * By name, of a namespace: those that may run. One that was evicted, or has ended, stays in the
   * API until Pods are collected, and runs no more.
   */
  Set<String> podsOf(String namespace) {
    return pods().stream()
        .filter(pod -> !EndpointReader.hasEnded(pod))
        .map(Pod::getMetadata)
        .filter(pod -> pod.getNamespace().equals(namespace))
        .map(ObjectMeta::getName)
        .collect(Collectors.toSet());
  }

  public List<TrustDomain> trustDomains() {
    return trustDomains.getStore().list();
  }

  public List<Link> links() {
    return links.getStore().list();
  }

  /** Where Pods with a sidecar are. */
  public Set<String> meshedNamespaces() {
    return pods().stream()
        .filter(EndpointReader::isMeshed)
        .map(pod -> pod.getMetadata().getNamespace())
        .collect(Collectors.toUnmodifiableSet());
  }

  TrustReader.Input trustInput() {
    return new TrustReader.Input(trustDomains(), links(), bundles.getStore().list());
  }

  private List<SharedIndexInformer<?>> all() {
    return List.of(services, slices, pods, trustDomains, links, bundles);
  }

  /** No state is made of a Link's status, which is written every few seconds. */
  private static boolean differs(Link before, Link after) {
    return !Objects.equals(before.getSpec(), after.getSpec());
  }

  /** What proxies enforce is written every few seconds, and no state is made of it. */
  private static boolean differs(TrustDomain before, TrustDomain after) {
    return !Objects.equals(before.getSpec(), after.getSpec())
        || !Objects.equals(withoutEnforcement(before), withoutEnforcement(after));
  }

  private static @Nullable TrustDomainStatus withoutEnforcement(TrustDomain domain) {
    TrustDomainStatus status = domain.getStatus();
    return status == null ? null : status.withoutEnforcement();
  }

  private static void failed(Class<?> type, Throwable error) {
    boolean absent =
        error instanceof KubernetesClientException e
            && e.getCode() == NOT_FOUND
            && (type == Link.class || type == TrustDomain.class);
    LOG.atWarn()
        .addKeyValue("type", type.getSimpleName())
        .addKeyValue(
            "problem",
            absent
                ? "the API server knows no such type: install Isthmus' CRDs"
                : error.getMessage())
        .log("cannot watch, trying again");
  }

  @Override
  public void close() {
    all().forEach(SharedIndexInformer::stop);
  }
}

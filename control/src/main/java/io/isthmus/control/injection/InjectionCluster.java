package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustBundle;
import io.isthmus.control.watch.Rounds;
import io.isthmus.control.watch.Watch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What injection needs in the cluster, kept as it has to be: labels of namespaces, copies of the
 * bundle, roots of the webhook. Level-triggered: each round looks at all of it and writes what
 * differs, so that replicas that do it at once end with the same.
 */
public final class InjectionCluster implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final int CONFLICT = 409;
  private static final Logger LOG = LoggerFactory.getLogger(InjectionCluster.class);

  private final KubernetesClient client;
  private final Sources sources;
  private final Rounds rounds;
  private final MeterRegistry metrics;
  private final NamespaceMark mark;
  private final TrustCopies copies;
  private final WebhookTrust trust;
  private final SharedIndexInformer<Namespace> namespaces;
  private final SharedIndexInformer<ConfigMap> bundles;
  private final SharedIndexInformer<MutatingWebhookConfiguration> webhooks;

  /**
   * What it follows.
   *
   * @param meshedNamespaces where Pods with a sidecar are
   * @param bundle the own one
   */
  public record Sources(Supplier<Set<String>> meshedNamespaces, Supplier<TrustBundle> bundle) {}

  public InjectionCluster(
      KubernetesClient client,
      String systemNamespace,
      Sources sources,
      ScheduledExecutorService writes,
      MeterRegistry metrics) {
    this.client = client;
    this.sources = sources;
    this.rounds = new Rounds(writes);
    this.metrics = metrics;
    this.mark = new NamespaceMark(client, Set.of(systemNamespace, "kube-system"));
    this.copies = new TrustCopies(client);
    this.trust = new WebhookTrust(client);
    Watch watch =
        new Watch(this::changed, (_, error) -> failed("cannot watch: " + error.getMessage()));
    namespaces = watch.on(client.namespaces().runnableInformer(0));
    bundles =
        watch.on(
            client
                .configMaps()
                .inAnyNamespace()
                .withField("metadata.name", ObjectNames.TRUST_BUNDLE)
                .runnableInformer(0));
    webhooks =
        watch.on(
            client
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(ObjectNames.INJECTION_WEBHOOK)
                .runnableInformer(0));
    all().forEach(SharedIndexInformer::start);
    writes.scheduleWithFixedDelay(
        this::round, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Empty where it is not known, or not yet. */
  public Optional<ObjectMeta> namespace(String name) {
    return Optional.ofNullable(namespaces.getStore().getByKey(name)).map(Namespace::getMetadata);
  }

  /** As the API server has it now, which blocks; empty where it does not answer. */
  public Optional<ObjectMeta> namespaceNow(String name) {
    try {
      return Optional.ofNullable(client.namespaces().withName(name).get())
          .map(Namespace::getMetadata);
    } catch (KubernetesClientException e) {
      failed("namespace " + name + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Something that it follows is different now; any thread. */
  public void changed() {
    rounds.ask(this::round);
  }

  private void round() {
    if (!all().stream().allMatch(SharedIndexInformer::hasSynced)) {
      return;
    }
    try {
      keep(sources.bundle().get());
    } catch (RuntimeException e) {
      LOG.error("injection: not kept, trying again", e);
    }
  }

  private void keep(TrustBundle bundle) {
    for (MutatingWebhookConfiguration webhook : webhooks.getStore().list()) {
      attempt("the webhook's roots", () -> trust.follow(webhook, bundle));
    }
    Map<String, ConfigMap> there =
        bundles.getStore().list().stream()
            .collect(Collectors.toMap(map -> map.getMetadata().getNamespace(), map -> map));
    Set<String> meshed = sources.meshedNamespaces().get();
    for (Namespace namespace : namespaces.getStore().list()) {
      String name = namespace.getMetadata().getName();
      if (namespace.getMetadata().getDeletionTimestamp() != null) {
        continue;
      }
      Optional<ConfigMap> copy = Optional.ofNullable(there.get(name));
      if (mark.isEnabled(namespace) || meshed.contains(name)) {
        attempt("the bundle of namespace " + name, () -> keepCopy(name, copy, bundle));
      } else {
        copy.ifPresent(map -> attempt("the bundle of namespace " + name, () -> copies.remove(map)));
      }
      // also where it has no bundle: its Pods wait, and do not start without a sidecar
      attempt("the label of namespace " + name, () -> mark.follow(namespace));
    }
  }

  private void keepCopy(String namespace, Optional<ConfigMap> copy, TrustBundle bundle) {
    if (!copies.keep(namespace, copy, bundle)) {
      failed(
          "ConfigMap %s/%s is there already and is not ours: Pods with sidecars need it"
              .formatted(namespace, ObjectNames.TRUST_BUNDLE));
    }
  }

  /** What one namespace does not let us write holds up no other. */
  private void attempt(String what, Runnable write) {
    try {
      write.run();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) { // else somebody was faster, and the watch tells of it
        failed(what + ": " + e.getMessage());
      }
    }
  }

  private void failed(String problem) {
    metrics.counter("isthmus.injection.failures").increment();
    LOG.atWarn().addKeyValue("problem", problem).log("injection: not kept, trying again");
  }

  private List<SharedIndexInformer<?>> all() {
    return List.of(namespaces, bundles, webhooks);
  }

  @Override
  public void close() {
    all().forEach(SharedIndexInformer::stop);
  }
}

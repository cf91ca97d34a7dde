package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustBundle;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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

  private final Sources sources;
  private final ScheduledExecutorService writes;
  private final MeterRegistry metrics;
  private final NamespaceMark mark;
  private final TrustCopies copies;
  private final WebhookTrust trust;
  private final SharedIndexInformer<Namespace> namespaces;
  private final SharedIndexInformer<ConfigMap> bundles;
  private final SharedIndexInformer<MutatingWebhookConfiguration> webhooks;
  private final AtomicBoolean asked = new AtomicBoolean();

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
    this.sources = sources;
    this.writes = writes;
    this.metrics = metrics;
    this.mark = new NamespaceMark(client, Set.of(systemNamespace, "kube-system"));
    this.copies = new TrustCopies(client);
    this.trust = new WebhookTrust(client);
    namespaces = prepare(client.namespaces().runnableInformer(0));
    bundles =
        prepare(
            client
                .configMaps()
                .inAnyNamespace()
                .withField("metadata.name", ObjectNames.TRUST_BUNDLE)
                .runnableInformer(0));
    webhooks =
        prepare(
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

  /** Something that it follows is different now; any thread. */
  public void changed() {
    if (asked.compareAndSet(false, true)) {
      writes.execute(() -> {
        asked.set(false);
        round();
      });
    }
  }

  private void round() {
    if (!all().stream().allMatch(SharedIndexInformer::hasSynced)) {
      return;
    }
    try {
      TrustBundle bundle = sources.bundle().get();
      webhooks.getStore().list().forEach(webhook -> trust.follow(webhook, bundle));
      Set<String> wanted = new HashSet<>(sources.meshedNamespaces().get());
      for (Namespace namespace : namespaces.getStore().list()) {
        boolean ending = namespace.getMetadata().getDeletionTimestamp() != null;
        if (ending) {
          wanted.remove(namespace.getMetadata().getName());
        } else if (mark.isEnabled(namespace)) {
          wanted.add(namespace.getMetadata().getName());
        }
      }
      // the bundle first: a Pod that gets a sidecar waits for it
      copies
          .are(bundles.getStore().list(), bundle, wanted)
          .forEach(foreign ->
              failed(
                  "ConfigMap %s/%s is there already and is not ours: Pods with sidecars need it"
                      .formatted(foreign, ObjectNames.TRUST_BUNDLE)));
      namespaces.getStore().list().forEach(mark::follow);
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) { // else somebody was faster, and the watch tells of it
        failed(String.valueOf(e.getMessage()));
      }
    } catch (RuntimeException e) {
      LOG.error("injection: not kept, trying again", e);
    }
  }

  private void failed(String problem) {
    metrics.counter("isthmus.injection.failures").increment();
    LOG.atWarn().addKeyValue("problem", problem).log("injection: not kept, trying again");
  }

  private List<SharedIndexInformer<?>> all() {
    return List.of(namespaces, bundles, webhooks);
  }

  private <T extends HasMetadata> SharedIndexInformer<T> prepare(SharedIndexInformer<T> informer) {
    informer.exceptionHandler((_, error) -> {
      failed("cannot watch: " + error.getMessage());
      return true;
    });
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(T object) {
            changed();
          }

          @Override
          public void onUpdate(T before, T after) {
            changed();
          }

          @Override
          public void onDelete(T object, boolean stateUnknown) {
            changed();
          }
        });
    return informer;
  }

  @Override
  public void close() {
    all().forEach(SharedIndexInformer::stop);
  }
}

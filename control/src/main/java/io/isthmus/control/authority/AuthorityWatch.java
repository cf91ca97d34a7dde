package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.control.state.Mesh;
import java.util.List;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the two Secrets, the bundle and what is revoked, each by its name. */
final class AuthorityWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuthorityWatch.class);

  private final Runnable changed;
  private final List<SharedIndexInformer<?>> informers;

  /**
   * @param changed is run on the informers' threads
   */
  AuthorityWatch(KubernetesClient client, Mesh mesh, Runnable changed) {
    this.changed = changed;
    String namespace = mesh.systemNamespace();
    this.informers =
        List.of(
            informer(client.secrets().inNamespace(namespace).withName(ObjectNames.ROOT_SECRET)),
            informer(client.secrets().inNamespace(namespace).withName(ObjectNames.ISSUER_SECRET)),
            bundle(client.configMaps().inNamespace(namespace).withName(ObjectNames.TRUST_BUNDLE)),
            revoked(client.resources(TrustDomain.class).withName(mesh.cluster())));
  }

  void start() {
    informers.forEach(SharedIndexInformer::start);
  }

  private SharedIndexInformer<Secret> informer(Resource<Secret> named) {
    return prepare(named.runnableInformer(0), AuthorityWatch::always);
  }

  private SharedIndexInformer<ConfigMap> bundle(Resource<ConfigMap> named) {
    return prepare(named.runnableInformer(0), AuthorityWatch::always);
  }

  /** Of the TrustDomain, whose status is written every few seconds, only what is revoked. */
  private SharedIndexInformer<TrustDomain> revoked(Resource<TrustDomain> named) {
    return prepare(
        named.runnableInformer(0),
        (before, after) -> !before.getSpec().revoked().equals(after.getSpec().revoked()));
  }

  private static boolean always(HasMetadata before, HasMetadata after) {
    return true;
  }

  private <T extends HasMetadata> SharedIndexInformer<T> prepare(
      SharedIndexInformer<T> informer, BiPredicate<? super T, ? super T> differs) {
    informer.exceptionHandler((started, error) -> {
      LOG.atWarn()
          .addKeyValue("type", informer.getApiTypeClass().getSimpleName())
          .addKeyValue("problem", error.getMessage())
          .log("cannot watch the authority, trying again");
      return true;
    });
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(T object) {
            changed.run();
          }

          @Override
          public void onUpdate(T before, T after) {
            if (differs.test(before, after)) {
              changed.run();
            }
          }

          @Override
          public void onDelete(T object, boolean stateUnknown) {
            changed.run();
          }
        });
    return informer;
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }
}

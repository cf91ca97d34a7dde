package io.isthmus.control.authority;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.watch.Watch;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the two Secrets, the bundle and what is revoked, each by its name. */
final class AuthorityWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuthorityWatch.class);

  private final List<SharedIndexInformer<?>> informers;

  /**
   * @param changed is run on the informers' threads
   */
  AuthorityWatch(KubernetesClient client, Mesh mesh, Runnable changed) {
    Watch watch = new Watch(changed, AuthorityWatch::failed);
    String namespace = mesh.systemNamespace();
    var secrets = client.secrets().inNamespace(namespace);
    var bundle = client.configMaps().inNamespace(namespace).withName(ObjectNames.TRUST_BUNDLE);
    var domain = client.resources(TrustDomain.class).withName(mesh.cluster());
    this.informers =
        List.of(
            watch.on(secrets.withName(ObjectNames.ROOT_SECRET).runnableInformer(0)),
            watch.on(secrets.withName(ObjectNames.ISSUER_SECRET).runnableInformer(0)),
            watch.on(bundle.runnableInformer(0)),
            watch.on(domain.runnableInformer(0), AuthorityWatch::differs));
  }

  void start() {
    informers.forEach(SharedIndexInformer::start);
  }

  /** Of the TrustDomain, whose status is written every few seconds, only what is revoked. */
  private static boolean differs(TrustDomain before, TrustDomain after) {
    return !before.getSpec().revoked().equals(after.getSpec().revoked());
  }

  private static void failed(Class<?> type, Throwable error) {
    LOG.atWarn()
        .addKeyValue("type", type.getSimpleName())
        .addKeyValue("problem", error.getMessage())
        .log("cannot watch the authority, trying again");
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }
}

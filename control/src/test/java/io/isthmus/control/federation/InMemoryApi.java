package io.isthmus.control.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.MemoryApi;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An in-memory API server, and what is stored there for the TrustDomain {@code peer}. */
final class InMemoryApi implements AutoCloseable {
  static final String SYSTEM = "isthmus-system";
  static final String PEER = "peer";

  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();

  KubernetesClient client() {
    return client;
  }

  FederatedBundleStore store() {
    return new FederatedBundleStore(client, SYSTEM);
  }

  @Nullable ConfigMap stored() {
    return client
        .configMaps()
        .inNamespace(SYSTEM)
        .withName(ObjectNames.federatedBundle(PEER))
        .get();
  }

  Optional<TrustBundle> bundle(TrustDomain of) {
    ConfigMap stored = stored();
    if (stored == null) {
      return Optional.empty();
    }
    try {
      String json = stored.getData().getOrDefault(ObjectNames.BUNDLE_JWKS_KEY, "");
      return Optional.of(TrustBundle.parseJwks(of, json.getBytes(UTF_8)));
    } catch (BundleFormatException e) {
      throw new AssertionError(e);
    }
  }

  /** It answers nothing from now on. */
  void goAway() {
    api.goAway();
  }

  @Override
  public void close() {
    api.close();
  }
}

package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Secrets of the system namespace: made once by whoever is first, and written only on what was
 * read before.
 */
final class AuthoritySecrets {
  private static final int CONFLICT = 409;
  private static final Logger LOG = LoggerFactory.getLogger(AuthoritySecrets.class);

  private final KubernetesClient client;
  private final String namespace;

  AuthoritySecrets(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  @FunctionalInterface
  interface Make {
    Secret secret() throws AuthorityException;
  }

  Optional<Secret> find(String name) {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get());
  }

  Secret findOrCreate(String name, Make make) throws AuthorityException {
    Optional<Secret> found = find(name);
    if (found.isPresent()) {
      return found.get();
    }
    Secret made = make.secret();
    try {
      client.resource(made).create();
      LOG.atInfo().addKeyValue("secret", place(name)).log("authority made");
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      LOG.atInfo().addKeyValue("secret", place(name)).log("authority made by another replica");
    }
    // What counts is what is stored, also for the one who stored it.
    return find(name)
        .orElseThrow(
            () -> new AuthorityException("Secret " + place(name) + " vanished while it was made"));
  }

  /** As it was when something was decided on it; throws when it is another by now. */
  Secret stored(String name, String version) throws AuthorityException {
    Secret stored =
        find(name).orElseThrow(() -> new AuthorityException("Secret " + place(name) + " is gone"));
    if (!stored.getMetadata().getResourceVersion().equals(version)) {
      throw new AuthorityException(
          "Secret %s was changed meanwhile: looking again".formatted(place(name)));
    }
    return stored;
  }

  /** Throws {@link KubernetesClientException} with the code 409 when somebody was faster. */
  Secret update(Secret changed) {
    return client.resource(changed).update();
  }

  String place(String name) {
    return namespace + "/" + name;
  }
}

package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.state.Mesh;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Root and issuer in their Secrets. Each is made once: whoever creates the Secret first has made
 * it, everybody else reads what is there. What is there and cannot be read stays as it is.
 */
public final class AuthorityStore {
  static final Duration ROOT_LIFETIME = Duration.ofHours(87_600);
  static final Duration ISSUER_LIFETIME = Duration.ofHours(8_760);
  private static final int CONFLICT = 409;
  private static final Logger LOG = LoggerFactory.getLogger(AuthorityStore.class);

  private final KubernetesClient client;
  private final Mesh mesh;
  private final InstantSource clock;

  public AuthorityStore(KubernetesClient client, Mesh mesh, InstantSource clock) {
    this.client = client;
    this.mesh = mesh;
    this.clock = clock;
  }

  /** Reads root, issuer and bundle; makes those that are absent. */
  public Authority load() throws AuthorityException {
    RootAuthority root = root();
    Issuer issuer = issuer(root);
    return new Authority(root, issuer, new BundleStore(client, mesh, clock).publish(root));
  }

  private RootAuthority root() throws AuthorityException {
    TlsSecret secret =
        findOrCreate(
            ObjectNames.ROOT_SECRET,
            () -> {
              RootAuthority made = RootAuthority.create(mesh.trustDomain(), ROOT_LIFETIME, clock);
              return new TlsSecret(made.certificatePem(), made.privateKeyPem());
            });
    RootAuthority root =
        secret.read(
            place(ObjectNames.ROOT_SECRET),
            () -> RootAuthority.fromPem(secret.certificates(), secret.privateKey()));
    checkTrustDomain(ObjectNames.ROOT_SECRET, root.trustDomain());
    return root;
  }

  private Issuer issuer(RootAuthority root) throws AuthorityException {
    TlsSecret secret =
        findOrCreate(
            ObjectNames.ISSUER_SECRET,
            () -> {
              Issuer made = Issuer.create(root, ISSUER_LIFETIME, clock);
              return new TlsSecret(made.chainPem(), made.privateKeyPem());
            });
    Issuer issuer =
        secret.read(
            place(ObjectNames.ISSUER_SECRET),
            () -> Issuer.fromPem(secret.certificates(), secret.privateKey(), clock));
    checkTrustDomain(ObjectNames.ISSUER_SECRET, issuer.trustDomain());
    try {
      issuer.chain().getLast().verify(root.certificate().getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new AuthorityException(
          "Secret %s, key %s: the issuer is not signed by the root in Secret %s: restore the pair"
              .formatted(
                  place(ObjectNames.ISSUER_SECRET),
                  TlsSecret.CERTIFICATES,
                  place(ObjectNames.ROOT_SECRET)),
          e);
    }
    return issuer;
  }

  private void checkTrustDomain(String secret, TrustDomain found) throws AuthorityException {
    if (!found.equals(mesh.trustDomain())) {
      throw new AuthorityException(
          "Secret %s, key %s: authority of trust domain %s, expected %s as the setting says"
              .formatted(place(secret), TlsSecret.CERTIFICATES, found, mesh.trustDomain()));
    }
  }

  private TlsSecret findOrCreate(String name, Supplier<TlsSecret> make) throws AuthorityException {
    Optional<TlsSecret> found = find(name);
    if (found.isPresent()) {
      return found.get();
    }
    HasMetadata made = make.get().toSecret(mesh.systemNamespace(), name);
    try {
      client.resource(made).create();
      LOG.atInfo()
          .addKeyValue("secret", place(name))
          .addKeyValue("trust_domain", mesh.trustDomain())
          .log("authority made");
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

  private Optional<TlsSecret> find(String name) throws AuthorityException {
    var secret = client.secrets().inNamespace(mesh.systemNamespace()).withName(name).get();
    return secret == null ? Optional.empty() : Optional.of(TlsSecret.of(secret, place(name)));
  }

  private String place(String name) {
    return mesh.systemNamespace() + "/" + name;
  }
}

package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.state.Mesh;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Roots and issuers in their Secrets. The first ones are made once: whoever creates the Secret has
 * made them, everybody else reads what is there. What is there and cannot be read stays as it is.
 * Changes carry the resourceVersion that they were decided on: of two at once, one is a conflict.
 */
public final class AuthorityStore {
  private static final int CONFLICT = 409;
  private static final int ATTEMPTS = 5;
  private static final Logger LOG = LoggerFactory.getLogger(AuthorityStore.class);

  private final KubernetesClient client;
  private final Mesh mesh;
  private final Lifetimes lifetimes;
  private final InstantSource clock;
  private final BundleStore bundles;

  /** How long authorities last. */
  public record Lifetimes(Duration root, Duration issuer) {
    public static final Lifetimes STANDARD =
        new Lifetimes(Duration.ofHours(87_600), Duration.ofHours(8_760));
  }

  public AuthorityStore(
      KubernetesClient client, Mesh mesh, Lifetimes lifetimes, InstantSource clock) {
    this.client = client;
    this.mesh = mesh;
    this.lifetimes = lifetimes;
    this.clock = clock;
    this.bundles = new BundleStore(client, mesh, clock);
  }

  /**
   * Reads roots and issuers, makes those that are absent, and publishes their bundle. Who meets
   * another writer of the bundle reads everything again: what that one knew may be newer.
   */
  public Authority load() throws AuthorityException {
    for (int attempt = 1; ; attempt++) {
      try {
        return loadOnce();
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Authority loadOnce() throws AuthorityException {
    BundleStore.Read published = bundles.read(); // first: it is older than what it is made of
    Secret rootSecret =
        findOrCreate(
            ObjectNames.ROOT_SECRET,
            () -> RootSecret.first(mesh.systemNamespace(), ObjectNames.ROOT_SECRET, newRoot()));
    Roots roots = RootSecret.read(rootSecret, place(ObjectNames.ROOT_SECRET));
    for (RootAuthority root : roots.all()) {
      checkTrustDomain(ObjectNames.ROOT_SECRET, root.trustDomain());
    }
    Secret issuerSecret = findOrCreate(ObjectNames.ISSUER_SECRET, () -> firstIssuers(roots));
    Roles<Issuer> issuers =
        IssuerSecret.issuers(issuerSecret, place(ObjectNames.ISSUER_SECRET), clock);
    check(roots, issuers.active());
    if (issuers.other().isPresent()) {
      check(roots, issuers.other().get());
    }
    Rotation rotation = IssuerSecret.rotation(issuerSecret, issuers, roots.lastBegun(), clock);
    return new Authority(
        roots,
        issuers,
        rotation,
        published.with(Authority.anchors(roots, issuers, rotation)),
        new Authority.Version(
            rootSecret.getMetadata().getResourceVersion(),
            issuerSecret.getMetadata().getResourceVersion()));
  }

  /** Where issuers were lost during a rotation, one for each root: it goes on from there. */
  private Secret firstIssuers(Roots roots) {
    Roles<Issuer> issuers = roots.roles().map(this::newIssuer);
    return IssuerSecret.first(
        mesh.systemNamespace(),
        ObjectNames.ISSUER_SECRET,
        issuers,
        Rotation.shownBy(issuers, roots.lastBegun(), clock.instant()));
  }

  /**
   * Makes an issuer for a rotation; a new root of it is kept where nobody uses it yet, in the place
   * of one that signed no issuer any more: that one was retired, and its key may be why. The issuer
   * is for {@link #change}. Written each time, so that a replica that tidies up now conflicts.
   * Throws {@link KubernetesClientException} when somebody else changed what {@code seen} was read
   * from.
   *
   * @param id of the rotation
   */
  Issuer makeIssuer(Authority seen, Rotation.Kind kind, String id) throws AuthorityException {
    Roles<RootAuthority> only = Roles.only(seen.root());
    Roles<RootAuthority> roots =
        switch (kind) {
          case ISSUER -> only;
          case ROOT -> only.withNext(newRoot());
        };
    writeRoots(seen, new Roots(roots, id));
    return newIssuer(roots.next().orElse(roots.active()));
  }

  /**
   * Replaces issuers and phase in one write; when they exchange their roles, their roots do before.
   * Throws as {@link #makeIssuer} does.
   */
  void change(Authority seen, Roles<Issuer> issuers, Rotation rotation) throws AuthorityException {
    Secret stored = stored(ObjectNames.ISSUER_SECRET, seen.version().issuer());
    if (!issuers.active().certificate().equals(seen.issuer().certificate())) {
      Roots roots = seen.roots().following(issuers);
      if (!roots.equals(seen.roots())) {
        writeRoots(seen, roots);
      }
    }
    client.resource(IssuerSecret.changed(stored, issuers, rotation)).update();
    LOG.atInfo()
        .addKeyValue("trust_domain", mesh.trustDomain())
        .addKeyValue("rotation", rotation.id())
        .addKeyValue("of", rotation.kind().word())
        .addKeyValue("phase", rotation.phase().word())
        .log("rotation");
  }

  /**
   * Between rotations: removes the root that signed no issuer any more, and notes the last rotation
   * with the one that stays. The issuers' Secret is written first, as it is: a rotation that
   * somebody begins at this moment, with a root that no issuer shows yet, is then a conflict for
   * one of both. Throws as {@link #makeIssuer} does.
   */
  void tidy(Authority seen) throws AuthorityException {
    Secret stored = stored(ObjectNames.ISSUER_SECRET, seen.version().issuer());
    client.resource(IssuerSecret.touched(stored, clock.instant())).update();
    writeRoots(seen, new Roots(Roles.only(seen.root()), seen.rotation().id()));
  }

  private void writeRoots(Authority seen, Roots roots) throws AuthorityException {
    Secret stored = stored(ObjectNames.ROOT_SECRET, seen.version().root());
    client.resource(RootSecret.changed(stored, roots)).update();
  }

  private Secret stored(String name, String version) throws AuthorityException {
    Secret stored =
        find(name).orElseThrow(() -> new AuthorityException("Secret " + place(name) + " is gone"));
    if (!stored.getMetadata().getResourceVersion().equals(version)) {
      throw new AuthorityException(
          "Secret %s was changed meanwhile: looking again".formatted(place(name)));
    }
    return stored;
  }

  private RootAuthority newRoot() {
    return RootAuthority.create(mesh.trustDomain(), lifetimes.root(), clock);
  }

  private Issuer newIssuer(RootAuthority root) {
    return Issuer.create(root, lifetimes.issuer(), clock);
  }

  private void check(Roots roots, Issuer issuer) throws AuthorityException {
    checkTrustDomain(ObjectNames.ISSUER_SECRET, issuer.trustDomain());
    if (roots.of(issuer).isEmpty()) {
      throw new AuthorityException(
          "Secret %s: the issuer \"%s\" is not signed by the root in Secret %s: restore the pair"
              .formatted(
                  place(ObjectNames.ISSUER_SECRET),
                  issuer.certificate().getSubjectX500Principal(),
                  place(ObjectNames.ROOT_SECRET)));
    }
  }

  private void checkTrustDomain(String secret, TrustDomain found) throws AuthorityException {
    if (!found.equals(mesh.trustDomain())) {
      throw new AuthorityException(
          "Secret %s, key %s: authority of trust domain %s, expected %s as the setting says"
              .formatted(
                  place(secret), TlsSecret.Slot.ACTIVE.certificates(), found, mesh.trustDomain()));
    }
  }

  private Secret findOrCreate(String name, Supplier<Secret> make) throws AuthorityException {
    Optional<Secret> found = find(name);
    if (found.isPresent()) {
      return found.get();
    }
    Secret made = make.get();
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

  private Optional<Secret> find(String name) {
    return Optional.ofNullable(
        client.secrets().inNamespace(mesh.systemNamespace()).withName(name).get());
  }

  private String place(String name) {
    return mesh.systemNamespace() + "/" + name;
  }
}

package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.state.Mesh;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
  private final Supplier<AuthorityForm> form;
  private final InstantSource clock;
  private final BundleStore bundles;

  /**
   * @param form of what is made next
   */
  public AuthorityStore(
      KubernetesClient client, Mesh mesh, Supplier<AuthorityForm> form, InstantSource clock) {
    this.client = client;
    this.mesh = mesh;
    this.form = form;
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
            () -> RootSecret.first(mesh.systemNamespace(), ObjectNames.ROOT_SECRET, firstRoot()));
    Roots roots = RootSecret.read(rootSecret, place(ObjectNames.ROOT_SECRET), mesh.trustDomain());
    for (RootAuthority root : roots.all()) {
      checkTrustDomain(ObjectNames.ROOT_SECRET, root.trustDomain());
    }
    Secret issuerSecret = findOrCreate(ObjectNames.ISSUER_SECRET, () -> firstIssuers(roots));
    Roles<Issuer> issuers =
        IssuerSecret.issuers(
            issuerSecret, place(ObjectNames.ISSUER_SECRET), mesh.trustDomain(), clock);
    check(roots, issuers.active());
    if (issuers.other().isPresent()) {
      check(roots, issuers.other().get());
    }
    Rotation rotation = IssuerSecret.rotation(issuerSecret, issuers, roots.lastBegun(), clock);
    return new Authority(
        roots,
        issuers,
        rotation,
        published.with(
            Authority.anchors(roots, issuers, rotation), OwnTrustDomain.revoked(client, mesh)),
        new Authority.Version(
            rootSecret.getMetadata().getResourceVersion(),
            issuerSecret.getMetadata().getResourceVersion()));
  }

  /** Where issuers were lost during a rotation, one for each root: it goes on from there. */
  private Secret firstIssuers(Roots roots) throws AuthorityException {
    Roles<RootAuthority> of = roots.roles();
    Roles<Issuer> issuers =
        new Roles<>(firstIssuer(of.active()), firstIssuer(of.next()), firstIssuer(of.previous()));
    return IssuerSecret.first(
        mesh.systemNamespace(),
        ObjectNames.ISSUER_SECRET,
        issuers,
        Rotation.shownBy(issuers, roots.lastBegun(), clock.instant()));
  }

  /**
   * Takes the next step to where nothing that is revoked is used, whatever a rotation waits for;
   * false when it is there. First goes the issuer that is not active, since its root may have to
   * make room; then in the place of the active one comes the other one of a rotation, or else one
   * that is made, under the same root where that is not revoked. Throws as {@link #makeIssuer}
   * does.
   */
  boolean withdrawRevoked(Authority seen) throws AuthorityException {
    Optional<Issuer> other = seen.issuers().other();
    if (other.filter(seen::isRevoked).isPresent()) {
      succeed(seen, seen.issuer());
      return true;
    }
    if (seen.isRevoked(seen.issuer())) {
      succeed(seen, other.isPresent() ? other.get() : successor(seen));
      return true;
    }
    return false;
  }

  /**
   * Ends a rotation with {@code issuer} alone, and every trace of another one is gone. Its root is
   * stored already, and the others are tidied up later: each state between has a root for its
   * issuers.
   */
  private void succeed(Authority seen, Issuer issuer) throws AuthorityException {
    writeIssuers(
        stored(ObjectNames.ISSUER_SECRET, seen.version().issuer()),
        Roles.only(issuer),
        seen.rotation().ended(clock.instant()));
    LOG.atWarn()
        .addKeyValue("trust_domain", mesh.trustDomain())
        .addKeyValue("issuer", Fingerprint.of(issuer.certificate()))
        .log("what is revoked was withdrawn; leaves come from this issuer");
  }

  /** In the place of a revoked issuer; its root is stored. */
  private Issuer successor(Authority seen) throws AuthorityException {
    OfferedIssuer next =
        switch (form.get()) {
          case AuthorityForm.Managed(Lifetimes lifetimes) -> {
            Optional<RootAuthority> sound =
                Stream.concat(Stream.of(seen.root()), seen.roots().all().stream())
                    .filter(root -> root.holdsKey() && !seen.isRevoked(root.certificate()))
                    .findFirst();
            yield made(sound.isPresent() ? sound.get() : newRoot(lifetimes), lifetimes);
          }
          case AuthorityForm.Operator operator -> checked(seen, operator);
        };
    boolean isStored =
        seen.roots().all().stream()
            .anyMatch(root -> root.certificate().equals(next.root().certificate()));
    if (!isStored) {
      writeRoots(
          seen, new Roots(Roles.only(seen.root()).withNext(next.root()), seen.roots().lastBegun()));
    }
    return next.issuer();
  }

  private OfferedIssuer checked(Authority seen, AuthorityForm.Operator operator)
      throws AuthorityException {
    OfferedIssuer offered = offered(operator);
    seen.checkOffer(offered);
    return offered;
  }

  /**
   * Makes an issuer for a rotation, or takes the one that is offered; a new root of it is kept
   * where nobody uses it yet, in the place of one that signed no issuer any more: that one was
   * retired, and its key may be why. The issuer is for {@link #change}. Written each time, so that
   * a replica that tidies up now conflicts. Throws {@link KubernetesClientException} when somebody
   * else changed what {@code seen} was read from.
   *
   * @param id of the rotation
   */
  Issuer makeIssuer(Authority seen, Rotation.Kind kind, String id) throws AuthorityException {
    OfferedIssuer next =
        switch (form.get()) {
          case AuthorityForm.Managed(Lifetimes lifetimes) ->
              made(
                  switch (kind) {
                    case ISSUER -> withKey(seen.root());
                    case ROOT -> newRoot(lifetimes);
                  },
                  lifetimes);
          case AuthorityForm.Operator operator -> checked(seen, operator);
        };
    Roles<RootAuthority> only = Roles.only(seen.root());
    Roles<RootAuthority> roots =
        switch (kind) {
          case ISSUER -> {
            under(seen.root(), next);
            yield only;
          }
          case ROOT -> only.withNext(next.root());
        };
    writeRoots(seen, new Roots(roots, id));
    return next.issuer();
  }

  /** What is offered may have changed since it was decided on. */
  private Issuer under(RootAuthority root, OfferedIssuer offered) throws AuthorityException {
    if (!offered.root().certificate().equals(root.certificate())) {
      throw new AuthorityException(
          "issuer \"%s\" is offered under root \"%s\", and the one in Secret %s is another: looking again"
              .formatted(
                  offered.issuer().certificate().getSubjectX500Principal(),
                  offered.root().certificate().getSubjectX500Principal(),
                  place(ObjectNames.ROOT_SECRET)));
    }
    return offered.issuer();
  }

  private RootAuthority withKey(RootAuthority root) throws AuthorityException {
    if (!root.holdsKey()) {
      throw new AuthorityException(
          "Secret %s: the key of root \"%s\" is elsewhere, so no issuer is made under it: ask for Root"
              .formatted(
                  place(ObjectNames.ROOT_SECRET), root.certificate().getSubjectX500Principal()));
    }
    return root;
  }

  /** What an operator offers; empty where the control plane makes its issuers itself. */
  Optional<OfferedIssuer> offered(Authority seen) throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed _ -> Optional.empty();
      case AuthorityForm.Operator operator -> Optional.of(checked(seen, operator));
    };
  }

  private OfferedIssuer offered(AuthorityForm.Operator operator) throws AuthorityException {
    String place = place(operator.secret());
    Secret secret =
        find(operator.secret())
            .orElseThrow(() ->
                new AuthorityException(
                    "Secret %s is not there: expected an issuer in it, with keys tls.crt, tls.key and ca.crt, as spec.authority.operator says"
                        .formatted(place)));
    return OperatorSecret.read(secret, place, mesh.trustDomain(), operator.leaf(), clock);
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
    writeIssuers(stored, issuers, rotation);
  }

  private void writeIssuers(Secret stored, Roles<Issuer> issuers, Rotation rotation) {
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

  private RootAuthority firstRoot() throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed(Lifetimes lifetimes) -> newRoot(lifetimes);
      case AuthorityForm.Operator operator -> offered(operator).root();
    };
  }

  private Optional<Issuer> firstIssuer(Optional<RootAuthority> root) throws AuthorityException {
    return root.isEmpty() ? Optional.empty() : Optional.of(firstIssuer(root.get()));
  }

  private Issuer firstIssuer(RootAuthority root) throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed(Lifetimes lifetimes) -> made(withKey(root), lifetimes).issuer();
      case AuthorityForm.Operator operator -> under(root, offered(operator));
    };
  }

  private RootAuthority newRoot(Lifetimes lifetimes) {
    return RootAuthority.create(mesh.trustDomain(), lifetimes.root(), clock);
  }

  private OfferedIssuer made(RootAuthority root, Lifetimes lifetimes) {
    return new OfferedIssuer(Issuer.create(root, lifetimes.issuer(), clock), root);
  }

  @FunctionalInterface
  private interface Make {
    Secret secret() throws AuthorityException;
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

  private Secret findOrCreate(String name, Make make) throws AuthorityException {
    Optional<Secret> found = find(name);
    if (found.isPresent()) {
      return found.get();
    }
    Secret made = make.secret();
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

package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.state.Mesh;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
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

  /** Reads roots and issuers, makes those that are absent, and publishes their bundle. */
  public Authority load() throws AuthorityException {
    Secret rootSecret =
        findOrCreate(
            ObjectNames.ROOT_SECRET,
            () -> RootSecret.first(mesh.systemNamespace(), ObjectNames.ROOT_SECRET, firstRoot()));
    List<RootAuthority> roots =
        RootSecret.read(rootSecret, place(ObjectNames.ROOT_SECRET), mesh.trustDomain());
    for (RootAuthority root : roots) {
      checkTrustDomain(ObjectNames.ROOT_SECRET, root.trustDomain());
    }
    Secret issuerSecret =
        findOrCreate(
            ObjectNames.ISSUER_SECRET,
            () ->
                IssuerSecret.first(
                    mesh.systemNamespace(),
                    ObjectNames.ISSUER_SECRET,
                    firstIssuer(roots.getFirst())));
    Roles<Issuer> issuers =
        IssuerSecret.issuers(
            issuerSecret, place(ObjectNames.ISSUER_SECRET), mesh.trustDomain(), clock);
    check(roots, issuers.active());
    if (issuers.other().isPresent()) {
      check(roots, issuers.other().get());
    }
    Rotation rotation = IssuerSecret.rotation(issuerSecret, issuers, clock);
    return new Authority(
        roots,
        issuers,
        rotation,
        bundles.publish(
            Authority.anchors(roots, issuers, rotation), OwnTrustDomain.revoked(client, mesh)),
        new Authority.Version(
            rootSecret.getMetadata().getResourceVersion(),
            issuerSecret.getMetadata().getResourceVersion()));
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

  /** Ends a rotation with {@code issuer} alone, and every trace of another one is gone. */
  private void succeed(Authority seen, Issuer issuer) throws AuthorityException {
    change(seen, Roles.only(issuer), seen.rotation().ended(clock.instant()));
    LOG.atWarn()
        .addKeyValue("trust_domain", mesh.trustDomain())
        .addKeyValue("issuer", Fingerprint.of(issuer.certificate()))
        .log("what is revoked was withdrawn; leaves come from this issuer");
  }

  private Issuer successor(Authority seen) throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed(Lifetimes lifetimes) ->
          newIssuer(soundRoot(seen, lifetimes), lifetimes);
      case AuthorityForm.Operator operator -> {
        OfferedIssuer offered = offered(operator);
        X509Certificate root = offered.root().certificate();
        if (seen.isRevoked(offered.issuer()) || seen.isRevoked(root)) {
          throw new AuthorityException(
              "Secret %s: its issuer or root is revoked: put another one there"
                  .formatted(place(operator.secret())));
        }
        if (!root.equals(seen.root().certificate())) {
          nextRoot(seen, offered.root());
        }
        yield offered.issuer();
      }
    };
  }

  private RootAuthority soundRoot(Authority seen, Lifetimes lifetimes) throws AuthorityException {
    Optional<RootAuthority> sound =
        Stream.concat(Stream.of(seen.root()), seen.roots().stream())
            .filter(root -> !seen.isRevoked(root.certificate()))
            .findFirst();
    return sound.isPresent() ? withKey(sound.get()) : nextRoot(seen, newRoot(lifetimes));
  }

  /**
   * Makes an issuer for a rotation; a new root of it is kept where nobody uses it yet, the issuer
   * is for {@link #change}. Throws {@link KubernetesClientException} when somebody else changed
   * what {@code seen} was read from.
   */
  Issuer makeIssuer(Authority seen, Rotation.Kind kind) throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed(Lifetimes lifetimes) ->
          newIssuer(
              switch (kind) {
                case ISSUER -> withKey(seen.root());
                case ROOT -> nextRoot(seen, newRoot(lifetimes));
              },
              lifetimes);
      case AuthorityForm.Operator operator -> {
        OfferedIssuer offered = offered(operator);
        yield switch (kind) {
          case ISSUER -> under(seen.root(), offered);
          case ROOT -> {
            nextRoot(seen, offered.root());
            yield offered.issuer();
          }
        };
      }
    };
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
  Optional<OfferedIssuer> offered() throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed _ -> Optional.empty();
      case AuthorityForm.Operator operator -> Optional.of(offered(operator));
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
   * In the place of a root that signed no issuer any more: that one was retired, and its key may be
   * why. Written each time, so that a replica that forgets roots now conflicts.
   */
  private RootAuthority nextRoot(Authority seen, RootAuthority next) throws AuthorityException {
    writeRoots(seen, Optional.of(next));
    return next;
  }

  /** Replaces issuers and phase in one write. Throws as {@link #makeIssuer} does. */
  void change(Authority seen, Roles<Issuer> issuers, Rotation rotation) throws AuthorityException {
    Secret stored = stored(ObjectNames.ISSUER_SECRET, seen.version().issuer());
    client.resource(IssuerSecret.changed(stored, issuers, rotation)).update();
    LOG.atInfo()
        .addKeyValue("trust_domain", mesh.trustDomain())
        .addKeyValue("rotation", rotation.id())
        .addKeyValue("of", rotation.kind().word())
        .addKeyValue("phase", rotation.phase().word())
        .log("rotation");
  }

  /**
   * Removes the root that signed no issuer any more. The issuers' Secret is written first, as it
   * is: a rotation that somebody begins at this moment, with a root that no issuer shows yet, is
   * then a conflict for one of both. Throws as {@link #makeIssuer} does.
   */
  void forgetUnusedRoots(Authority seen) throws AuthorityException {
    Secret stored = stored(ObjectNames.ISSUER_SECRET, seen.version().issuer());
    client.resource(IssuerSecret.touched(stored, clock.instant())).update();
    writeRoots(seen, Optional.empty());
  }

  private void writeRoots(Authority seen, Optional<RootAuthority> next) throws AuthorityException {
    Secret stored = stored(ObjectNames.ROOT_SECRET, seen.version().root());
    client
        .resource(new SecretBuilder(stored).withData(RootSecret.data(seen.root(), next)).build())
        .update();
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

  private Issuer firstIssuer(RootAuthority root) throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed(Lifetimes lifetimes) -> newIssuer(withKey(root), lifetimes);
      case AuthorityForm.Operator operator -> under(root, offered(operator));
    };
  }

  private RootAuthority newRoot(Lifetimes lifetimes) {
    return RootAuthority.create(mesh.trustDomain(), lifetimes.root(), clock);
  }

  private Issuer newIssuer(RootAuthority root, Lifetimes lifetimes) {
    return Issuer.create(root, lifetimes.issuer(), clock);
  }

  @FunctionalInterface
  private interface Make {
    Secret secret() throws AuthorityException;
  }

  private void check(List<RootAuthority> roots, Issuer issuer) throws AuthorityException {
    checkTrustDomain(ObjectNames.ISSUER_SECRET, issuer.trustDomain());
    if (Authority.rootOf(roots, issuer).isEmpty()) {
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

package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.state.Mesh;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
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
  private final InstantSource clock;
  private final AuthoritySecrets secrets;
  private final NewIssuers fresh;
  private final StoredIssuers stored;
  private final BundleStore bundles;

  /**
   * @param form of what is made next
   */
  public AuthorityStore(
      KubernetesClient client, Mesh mesh, Supplier<AuthorityForm> form, InstantSource clock) {
    this.client = client;
    this.mesh = mesh;
    this.clock = clock;
    this.secrets = new AuthoritySecrets(client, mesh.systemNamespace());
    this.fresh = new NewIssuers(secrets, mesh.trustDomain(), form, clock);
    this.stored = new StoredIssuers(secrets, mesh, fresh, clock);
    this.bundles = new BundleStore(client, mesh, clock);
  }

  /**
   * Reads roots and issuers, makes those that are absent, and publishes their bundle. Who meets
   * another writer of the bundle reads everything again: what that one knew may be newer.
   *
   * @param inForce what this process has read before; empty at its start
   */
  public Authority load(Optional<Authority> inForce) throws AuthorityException {
    for (int attempt = 1; ; attempt++) {
      try {
        return loadOnce(inForce);
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Authority loadOnce(Optional<Authority> inForce) throws AuthorityException {
    BundleStore.Read published = bundles.read(); // first: it is older than what it is made of
    Secret rootSecret =
        secrets.findOrCreate(
            ObjectNames.ROOT_SECRET,
            () ->
                RootSecret.first(
                    mesh.systemNamespace(), ObjectNames.ROOT_SECRET, fresh.firstRoot()));
    String place = secrets.place(ObjectNames.ROOT_SECRET);
    Roots roots = RootSecret.read(rootSecret, place, mesh.trustDomain());
    for (RootAuthority root : roots.all()) {
      if (!root.trustDomain().equals(mesh.trustDomain())) {
        throw AuthorityException.ofAnother(place, root.trustDomain(), mesh.trustDomain());
      }
    }
    Optional<Set<String>> said = OwnTrustDomain.revoked(client, mesh);
    Set<String> revoked = said.isPresent() ? said.get() : BundleStore.revoked(client, mesh);
    StoredIssuers.Read read = stored.read(roots, new StoredIssuers.Sources(inForce, revoked));
    return new Authority(
        roots,
        read.issuers(),
        read.rotation(),
        published.with(Authority.anchors(roots, read.issuers(), read.rotation()), said),
        new Authority.Version(rootSecret.getMetadata().getResourceVersion(), read.version()));
  }

  /**
   * Takes the next step to where nothing signs that is revoked or has expired, whatever a rotation
   * waits for; false when it is there. Throws as {@link #makeIssuer} does.
   */
  boolean replaceUnusable(Authority seen) throws AuthorityException {
    String reason = withdrawRevoked(seen) ? "revoked" : renewExpired(seen) ? "expired" : "";
    if (!reason.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("trust_domain", mesh.trustDomain())
          .addKeyValue("was", Fingerprint.of(seen.issuer().certificate()))
          .addKeyValue("reason", reason)
          .log("issuers were changed at once");
    }
    return !reason.isEmpty();
  }

  /**
   * Another one under the same root in the place of an active issuer that has expired. A rotation
   * to it would wait for ever: proxies hear of nothing from a server whose own certificate has
   * expired as well. A rotation that is under way goes on, with the new one in the old one's part.
   */
  private boolean renewExpired(Authority seen) throws AuthorityException {
    Issuer expired = seen.issuer();
    if (!expired.holdsKey() || !expired.hasExpired()) {
      return false;
    }
    mustHaveExpiredForOthers(expired);
    Issuer next = fresh.renewed(seen);
    Optional<Issuer> waits = seen.other(next);
    if (waits.isPresent()) {
      giveWay(seen, waits.get());
    } else {
      change(seen, seen.issuers().withActive(next), seen.rotation());
    }
    return true;
  }

  /** Where only this clock jumped, what is made by it would be of the future for everybody else. */
  private void mustHaveExpiredForOthers(Issuer expired) throws AuthorityException {
    Optional<Instant> there = ServerTime.of(client);
    Instant end = expired.certificate().getNotAfter().toInstant();
    if (there.isPresent() && there.get().isBefore(end)) {
      throw new AuthorityException(
          "the issuer %s has expired at %s by the clock here, %s, and by the API server's it is %s: correct the clock that is wrong"
              .formatted(Fingerprint.of(expired.certificate()), end, clock.instant(), there.get()));
    }
  }

  /**
   * Takes the next step to where nothing that is revoked is used; false when it is there. First
   * goes the issuer that is not active, since its root may have to make room; then in the place of
   * the active one comes the other one of a rotation, or else one that is made, under the same root
   * where that is not revoked. A rotation is over with that, unless the revoked one's root is good:
   * then the root stays an anchor, for leaves of other issuers under it, and stands for its issuer.
   */
  private boolean withdrawRevoked(Authority seen) throws AuthorityException {
    Optional<Issuer> other = seen.issuers().other();
    if (other.filter(seen::isRevoked).isPresent()) {
      Optional<Issuer> stand = standIn(seen, other.get(), seen.issuer());
      if (stand.isPresent()) {
        change(seen, seen.issuers().withOther(stand.get()), seen.rotation());
      } else {
        succeed(seen, seen.issuer().holdsKey() ? seen.issuer() : successor(seen));
      }
      return true;
    }
    if (seen.isRevoked(seen.issuer())) {
      Optional<Issuer> ready = other.filter(Issuer::holdsKey);
      if (ready.isPresent()) {
        giveWay(seen, ready.get());
      } else {
        succeed(seen, successor(seen));
      }
      return true;
    }
    return false;
  }

  /** The other issuer of the rotation comes in the place of the active one. */
  private void giveWay(Authority seen, Issuer other) throws AuthorityException {
    Optional<Issuer> stand = standIn(seen, seen.issuer(), other);
    if (stand.isPresent()) {
      change(
          seen,
          seen.issuers().exchanged().withOther(stand.get()),
          seen.rotation().exchanged(clock.instant()));
    } else {
      succeed(seen, other);
    }
  }

  /**
   * What is in the place of an issuer that signs no more beside the one that does, where they stand
   * on two roots, and that one's is good.
   */
  private Optional<Issuer> standIn(Authority seen, Issuer gone, Issuer signs) {
    RootAuthority root = seen.rootOf(gone);
    if (!signs.holdsKey()
        || seen.isRevoked(root.certificate())
        || root.equals(seen.rootOf(signs))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Issuer.lost(root, clock));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // an anchor below another one stands for nothing
    }
  }

  /**
   * Ends a rotation with {@code issuer} alone, and every trace of another one is gone. Its root is
   * stored already, and the others are tidied up later: each state between has a root for its
   * issuers.
   */
  private void succeed(Authority seen, Issuer issuer) throws AuthorityException {
    writeIssuers(
        unchanged(ObjectNames.ISSUER_SECRET, seen.version().issuer()),
        Roles.only(issuer),
        seen.rotation().ended(clock.instant()));
  }

  /** In the place of a revoked issuer; its root is stored. */
  private Issuer successor(Authority seen) throws AuthorityException {
    OfferedIssuer next = fresh.successor(seen);
    boolean isStored =
        seen.roots().all().stream()
            .anyMatch(root -> root.certificate().equals(next.root().certificate()));
    if (!isStored) {
      writeRoots(
          seen, new Roots(Roles.only(seen.root()).withNext(next.root()), seen.roots().lastBegun()));
    }
    return next.issuer();
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
    OfferedIssuer next = fresh.next(seen, kind);
    Roles<RootAuthority> only = Roles.only(seen.root());
    Roles<RootAuthority> roots =
        switch (kind) {
          case ISSUER -> only;
          case ROOT -> only.withNext(next.root());
        };
    writeRoots(seen, new Roots(roots, id));
    return next.issuer();
  }

  /** As {@link NewIssuers#offered}. */
  Optional<OfferedIssuer> offered(Authority seen) throws AuthorityException {
    return fresh.offered(seen);
  }

  /**
   * Replaces issuers and phase in one write; when they exchange their roles, their roots do before.
   * Throws as {@link #makeIssuer} does.
   */
  void change(Authority seen, Roles<Issuer> issuers, Rotation rotation) throws AuthorityException {
    Secret stored = unchanged(ObjectNames.ISSUER_SECRET, seen.version().issuer());
    if (!issuers.active().certificate().equals(seen.issuer().certificate())) {
      Roots roots = seen.roots().following(issuers);
      if (!roots.equals(seen.roots())) {
        writeRoots(seen, roots);
      }
    }
    writeIssuers(stored, issuers, rotation);
  }

  private void writeIssuers(Secret stored, Roles<Issuer> issuers, Rotation rotation) {
    secrets.update(IssuerSecret.changed(stored, issuers, rotation));
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
    Secret stored = unchanged(ObjectNames.ISSUER_SECRET, seen.version().issuer());
    secrets.update(IssuerSecret.touched(stored, clock.instant()));
    writeRoots(seen, new Roots(Roles.only(seen.root()), seen.rotation().id()));
  }

  private void writeRoots(Authority seen, Roots roots) throws AuthorityException {
    Secret stored = unchanged(ObjectNames.ROOT_SECRET, seen.version().root());
    secrets.update(RootSecret.changed(stored, roots));
  }

  private Secret unchanged(String name, String version) throws AuthorityException {
    return secrets.stored(name, version);
  }
}

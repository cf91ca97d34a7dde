package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.state.Mesh;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuers' Secret, made anew of the roots where it is lost. A root whose key is elsewhere, and
 * under which nobody offers or remembers an issuer, is no reason to give up: it stands for the
 * issuer that was lost, so that it stays trusted while leaves under it may live, and the other
 * root's issuer goes on. As soon as there is an issuer under it again, that one is stored.
 */
final class StoredIssuers {
  private static final Logger LOG = LoggerFactory.getLogger(StoredIssuers.class);

  private final AuthoritySecrets secrets;
  private final Mesh mesh;
  private final NewIssuers fresh;
  private final InstantSource clock;

  StoredIssuers(AuthoritySecrets secrets, Mesh mesh, NewIssuers fresh, InstantSource clock) {
    this.secrets = secrets;
    this.mesh = mesh;
    this.fresh = fresh;
    this.clock = clock;
  }

  /** As it is stored. */
  record Read(Roles<Issuer> issuers, Rotation rotation, String version) {}

  /**
   * Where an issuer that is lost is looked for.
   *
   * @param inForce what this process has read before, empty at its start: it may know an issuer
   *     that nobody else does any more, and that proxies have leaves of. So it comes before what an
   *     operator offers by now
   * @param revoked what is not taken from either, by SHA-256
   */
  record Sources(Optional<Authority> inForce, Set<String> revoked) {

    private Optional<Issuer> remembered(RootAuthority root) {
      return inForce.stream()
          .flatMap(known -> known.issuers().all().stream().filter(Predicate.not(known::isRevoked)))
          .filter(issuer -> issuer.holdsKey() && root.signed(issuer))
          .filter(
              issuer -> issuer.chain().stream().map(Fingerprint::of).noneMatch(revoked::contains))
          .findFirst();
    }
  }

  Read read(Roots roots, Sources sources) throws AuthorityException {
    Secret secret = secrets.findOrCreate(ObjectNames.ISSUER_SECRET, () -> anew(roots, sources));
    Roles<Issuer> issuers = issuers(secret);
    for (Issuer issuer : issuers.all()) {
      check(roots, issuer);
    }
    Rotation rotation = IssuerSecret.rotation(secret, issuers, roots.lastBegun(), clock);
    if (issuers.all().stream().allMatch(Issuer::holdsKey)) {
      return new Read(issuers, rotation, secret.getMetadata().getResourceVersion());
    }
    Roles<Issuer> found =
        new Roles<>(
            found(issuers.active(), roots, sources),
            found(issuers.next(), roots, sources),
            found(issuers.previous(), roots, sources));
    if (found.all().stream().noneMatch(Issuer::holdsKey)) {
      throw new AuthorityException(
          "Secret %s: no issuer in it has its key, and none under its roots is known: restore it, or put an issuer under one of them where spec.authority.operator says"
              .formatted(secrets.place(ObjectNames.ISSUER_SECRET)));
    }
    if (found.equals(issuers)) {
      return new Read(issuers, rotation, secret.getMetadata().getResourceVersion());
    }
    Secret written = secrets.update(IssuerSecret.changed(secret, found, rotation));
    LOG.atInfo()
        .addKeyValue("secret", secrets.place(ObjectNames.ISSUER_SECRET))
        .log("an issuer that was lost is there again");
    return new Read(issuers(written), rotation, written.getMetadata().getResourceVersion());
  }

  private Roles<Issuer> issuers(Secret secret) throws AuthorityException {
    return IssuerSecret.issuers(
        secret, secrets.place(ObjectNames.ISSUER_SECRET), mesh.trustDomain(), clock);
  }

  private Optional<Issuer> found(Optional<Issuer> issuer, Roots roots, Sources sources) {
    return issuer.map(each -> found(each, roots, sources));
  }

  private Issuer found(Issuer issuer, Roots roots, Sources sources) {
    if (issuer.holdsKey()) {
      return issuer;
    }
    RootAuthority root = roots.of(issuer).orElseThrow(); // checked
    try {
      return under(root, sources);
    } catch (AuthorityException e) {
      return issuer;
    }
  }

  private Issuer under(RootAuthority root, Sources sources) throws AuthorityException {
    Optional<Issuer> remembered = sources.remembered(root);
    return remembered.isPresent() ? remembered.get() : fresh.under(root, sources.revoked());
  }

  /** Where issuers were lost during a rotation, one for each root: it goes on from there. */
  private Secret anew(Roots roots, Sources sources) throws AuthorityException {
    Roles<RootAuthority> of = roots.roles();
    Roles<Issuer> issuers =
        new Roles<>(
            anew(of.active(), sources), anew(of.next(), sources), anew(of.previous(), sources));
    if (issuers.all().stream().noneMatch(Issuer::holdsKey)) {
      fresh.under(of.active(), sources.revoked()); // says why there is none
    }
    return IssuerSecret.first(
        mesh.systemNamespace(),
        ObjectNames.ISSUER_SECRET,
        issuers,
        Rotation.shownBy(issuers, roots.lastBegun(), clock.instant()));
  }

  private Optional<Issuer> anew(Optional<RootAuthority> root, Sources sources)
      throws AuthorityException {
    return root.isEmpty() ? Optional.empty() : Optional.of(anew(root.get(), sources));
  }

  private Issuer anew(RootAuthority root, Sources sources) throws AuthorityException {
    try {
      return under(root, sources);
    } catch (AuthorityException e) {
      return lost(root, e);
    }
  }

  private Issuer lost(RootAuthority root, AuthorityException why) throws AuthorityException {
    LOG.atError()
        .addKeyValue("root", Fingerprint.of(root.certificate()))
        .addKeyValue("problem", why.getMessage())
        .log("the issuer under this root is lost");
    try {
      return Issuer.lost(root, clock);
    } catch (IllegalArgumentException e) { // an anchor below another one
      throw new AuthorityException(
          "%s; and the anchor \"%s\" cannot stand for its issuer, since it is not self-signed: restore Secret %s"
              .formatted(
                  why.getMessage(),
                  root.certificate().getSubjectX500Principal(),
                  secrets.place(ObjectNames.ISSUER_SECRET)),
          e);
    }
  }

  private void check(Roots roots, Issuer issuer) throws AuthorityException {
    if (!issuer.trustDomain().equals(mesh.trustDomain())) {
      throw AuthorityException.ofAnother(
          secrets.place(ObjectNames.ISSUER_SECRET), issuer.trustDomain(), mesh.trustDomain());
    }
    if (roots.of(issuer).isEmpty()) {
      throw new AuthorityException(
          "Secret %s: the issuer \"%s\" is not signed by the root in Secret %s: restore the pair"
              .formatted(
                  secrets.place(ObjectNames.ISSUER_SECRET),
                  issuer.certificate().getSubjectX500Principal(),
                  secrets.place(ObjectNames.ROOT_SECRET)));
    }
  }
}

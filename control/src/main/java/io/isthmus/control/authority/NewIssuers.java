package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.certs.issuing.RootAuthority;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Where issuers and their roots come from: they are made here, or an operator offers them. */
final class NewIssuers {
  private final AuthoritySecrets secrets;
  private final TrustDomain trustDomain;
  private final Supplier<AuthorityForm> form;
  private final InstantSource clock;

  /**
   * @param form of what is made next
   */
  NewIssuers(
      AuthoritySecrets secrets,
      TrustDomain trustDomain,
      Supplier<AuthorityForm> form,
      InstantSource clock) {
    this.secrets = secrets;
    this.trustDomain = trustDomain;
    this.form = form;
    this.clock = clock;
  }

  /** Of a trust domain that has none. */
  RootAuthority firstRoot() throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed(Lifetimes lifetimes) -> newRoot(lifetimes);
      case AuthorityForm.Operator operator -> read(operator).root();
    };
  }

  /**
   * For a root whose issuer is not stored. Throws with the reason where there is none.
   *
   * @param revoked what is offered must not be of these, by SHA-256
   */
  Issuer under(RootAuthority root, Set<String> revoked) throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed(Lifetimes lifetimes) -> made(withKey(root), lifetimes).issuer();
      case AuthorityForm.Operator operator ->
          under(root, checked(operator, it -> it.checkAmong(revoked, List.of(root.certificate()))));
    };
  }

  /** For a rotation: with a new root, or under the one in use. */
  OfferedIssuer next(Authority seen, Rotation.Kind kind) throws AuthorityException {
    OfferedIssuer next =
        switch (form.get()) {
          case AuthorityForm.Managed(Lifetimes lifetimes) ->
              made(
                  switch (kind) {
                    case ISSUER -> withKey(seen.root());
                    case ROOT -> newRoot(lifetimes);
                  },
                  lifetimes);
          case AuthorityForm.Operator operator -> checked(operator, seen::checkOffer);
        };
    if (kind == Rotation.Kind.ISSUER) {
      under(seen.root(), next);
    }
    return next;
  }

  /** In the place of a revoked one: under the same root where that is not revoked. */
  OfferedIssuer successor(Authority seen) throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed(Lifetimes lifetimes) -> {
        Optional<RootAuthority> sound =
            Stream.concat(Stream.of(seen.root()), seen.roots().all().stream())
                .filter(
                    root -> root.holdsKey() && !isOver(root) && !seen.isRevoked(root.certificate()))
                .findFirst();
        yield made(sound.isPresent() ? sound.get() : newRoot(lifetimes), lifetimes);
      }
      case AuthorityForm.Operator operator -> checked(operator, seen::checkOffer);
    };
  }

  /**
   * In the place of an active one that has expired: under the same root, or the one that waits in a
   * rotation.
   */
  Issuer renewed(Authority seen) throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed(Lifetimes lifetimes) ->
          made(valid(withKey(seen.root())), lifetimes).issuer();
      case AuthorityForm.Operator operator -> {
        OfferedIssuer offered = checked(operator, seen::checkOffer);
        yield seen.other(offered.issuer()).isPresent()
            ? offered.issuer()
            : under(seen.root(), offered);
      }
    };
  }

  /** What an operator offers; empty where the control plane makes its issuers itself. */
  Optional<OfferedIssuer> offered(Authority seen) throws AuthorityException {
    return switch (form.get()) {
      case AuthorityForm.Managed _ -> Optional.empty();
      case AuthorityForm.Operator operator -> Optional.of(checked(operator, seen::checkOffer));
    };
  }

  /**
   * @param check throws {@link IllegalArgumentException} for what does not go with what is in force
   */
  private OfferedIssuer checked(AuthorityForm.Operator operator, Consumer<OfferedIssuer> check)
      throws AuthorityException {
    OfferedIssuer offered = read(operator);
    try {
      check.accept(offered);
    } catch (IllegalArgumentException e) {
      throw OperatorSecret.refused(
          secrets.place(operator.secret()),
          offered.issuer().certificate(),
          String.valueOf(e.getMessage()));
    }
    return offered;
  }

  private OfferedIssuer read(AuthorityForm.Operator operator) throws AuthorityException {
    String place = secrets.place(operator.secret());
    Secret secret =
        secrets
            .find(operator.secret())
            .orElseThrow(() ->
                new AuthorityException(
                    "Secret %s is not there: expected an issuer in it, with keys tls.crt, tls.key and ca.crt, as spec.authority.operator says"
                        .formatted(place)));
    return OperatorSecret.read(secret, place, trustDomain, operator.leaf(), clock);
  }

  /** What is offered may have changed since it was decided on. */
  private Issuer under(RootAuthority root, OfferedIssuer offered) throws AuthorityException {
    if (!offered.root().certificate().equals(root.certificate())) {
      throw new AuthorityException(
          "issuer \"%s\" is offered under root \"%s\", and the one in Secret %s is another: looking again"
              .formatted(
                  offered.issuer().certificate().getSubjectX500Principal(),
                  offered.root().certificate().getSubjectX500Principal(),
                  secrets.place(ObjectNames.ROOT_SECRET)));
    }
    return offered.issuer();
  }

  private RootAuthority withKey(RootAuthority root) throws AuthorityException {
    if (!root.holdsKey()) {
      throw new AuthorityException(
          "Secret %s: the key of root \"%s\" is elsewhere, so no issuer is made under it: ask for Root"
              .formatted(
                  secrets.place(ObjectNames.ROOT_SECRET),
                  root.certificate().getSubjectX500Principal()));
    }
    return root;
  }

  private RootAuthority valid(RootAuthority root) throws AuthorityException {
    if (isOver(root)) {
      throw new AuthorityException(
          "Secret %s: root \"%s\" has expired at %s, so no issuer is made under it; another root is made once spec.revoked of the TrustDomain has its SHA-256, %s"
              .formatted(
                  secrets.place(ObjectNames.ROOT_SECRET),
                  root.certificate().getSubjectX500Principal(),
                  root.certificate().getNotAfter().toInstant(),
                  Fingerprint.of(root.certificate())));
    }
    return root;
  }

  private boolean isOver(RootAuthority root) {
    return !clock.instant().isBefore(root.certificate().getNotAfter().toInstant());
  }

  private RootAuthority newRoot(Lifetimes lifetimes) {
    return RootAuthority.create(trustDomain, lifetimes.root(), clock);
  }

  private OfferedIssuer made(RootAuthority root, Lifetimes lifetimes) {
    return new OfferedIssuer(Issuer.create(root, lifetimes.issuer(), clock), root);
  }
}

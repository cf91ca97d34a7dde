package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.PublicKeys;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.certs.issuing.OfferedIssuer.Offer;
import io.isthmus.cli.CommandException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An issuer that an operator had signed, found good by what the control plane itself will hold it
 * against.
 */
record IssuerOffer(Offer offer, OfferedIssuer checked) {

  /**
   * @param root as PEM; without it the chain has to lead to a root that is trusted already
   * @param key as PEM; without it the one of the request
   */
  static IssuerOffer of(
      OwnDomain own,
      IssuerSecrets secrets,
      String chain,
      Optional<String> root,
      Optional<String> key,
      Instant now) {
    try {
      X509Certificate issuer = Pem.decodeCertificates(chain).getFirst();
      Offer offer =
          new Offer(
              chain,
              key.orElseGet(() -> keyOf(issuer, secrets)),
              root.orElseGet(() -> trusted(own)));
      OfferedIssuer checked =
          OfferedIssuer.of(offer, KnownBundle.name(own.trustDomain()), leaf(own), () -> now);
      checkAmong(own, checked);
      return new IssuerOffer(offer, checked);
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static String keyOf(X509Certificate issuer, IssuerSecrets secrets) {
    return Stream.of(secrets.requestedKey(), secrets.offeredKey())
        .flatMap(Optional::stream)
        .filter(key -> PublicKeys.belongTogether(issuer.getPublicKey(), Pem.decodePrivateKey(key)))
        .findFirst()
        .orElseThrow(() ->
            CommandException.refused(
                "the chain is not taken as an issuer",
                "the key of certificate \"%s\" is not here: expected it in Secret %s, where a request puts it, or in Secret %s"
                    .formatted(
                        issuer.getSubjectX500Principal(), secrets.requestPlace(), secrets.place()),
                "sign what isthmus trust install-issuer --request prints; or give the key: --key"));
  }

  /** A root that nobody named is none that verifiers would have to be given. */
  private static String trusted(OwnDomain own) {
    return Pem.encode(
        new KnownBundle(own.client(), own.namespace(), own.object()).read().anchors());
  }

  static Duration leaf(OwnDomain own) {
    return new Period().convert(leafLifetime(own));
  }

  /** Of leaves, whoever makes the issuer. */
  static String leafLifetime(OwnDomain own) {
    TrustDomainSpec.Authority authority =
        Objects.requireNonNull(own.object().getSpec().authority());
    TrustDomainSpec.Operator operator = authority.operator();
    TrustDomainSpec.Managed managed = authority.managed();
    return operator != null
        ? operator.leafLifetime()
        : Objects.requireNonNullElseGet(managed, TrustDomainSpec.Managed::standard).leafLifetime();
  }

  /** By what is published, and by what is revoked and not published yet. */
  private static void checkAmong(OwnDomain own, OfferedIssuer checked) {
    Optional<TrustBundle> published =
        new KnownBundle(own.client(), own.namespace(), own.object()).inForce();
    Set<String> revoked = new HashSet<>(own.object().getSpec().revoked());
    published.map(TrustBundle::revoked).ifPresent(revoked::addAll);
    checked.checkAmong(revoked, published.map(TrustBundle::anchors).orElse(List.of()));
  }

  private static CommandException refused(String why) {
    return CommandException.refused(
        "the chain is not taken as an issuer",
        why,
        "see what is expected: docs/rotation.md; a root that is not trusted yet is named with --root");
  }

  /**
   * Which rotation the control plane makes of it: of the root, where that is not the active one.
   */
  What what(OwnDomain own) {
    String root = Fingerprint.of(checked.root().certificate());
    return own.status().stream()
            .flatMap(status -> status.anchors().stream())
            .anyMatch(anchor ->
                anchor.sha256().equals(root)
                    && anchor.role().equals(TrustDomainStatus.Anchor.ACTIVE))
        ? What.ISSUER
        : What.ROOT;
  }

  String sha256() {
    return Fingerprint.of(checked.issuer().certificate());
  }

  /** How ids begin of rotations to this issuer. */
  boolean isOf(String rotation) {
    return rotation.matches("operator-" + sha256().substring(0, 8) + "(-[0-9a-f]{8})?");
  }

  List<String> lines(Instant now) {
    return List.of(
        line("Issuer", checked.issuer().certificate(), now),
        line("Root  ", checked.root().certificate(), now));
  }

  private static String line(String word, X509Certificate certificate, Instant now) {
    return "%s %s \"%s\", ends %s"
        .formatted(
            word,
            Fingerprint.of(certificate),
            certificate.getSubjectX500Principal(),
            Words.end(certificate.getNotAfter().toInstant().toString(), now));
  }
}

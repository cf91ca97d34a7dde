package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Succession;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.cli.CommandException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether a document may become the bundle of a trust domain. Each refusal says what is wrong. */
record ImportCheck(String file, TrustDomain trustDomain) {
  /** As much as a TrustDomain may hold. */
  private static final int MAX_BYTES = 262_144;

  private static final int URI_NAME = 6;
  private static final String SCHEME = "spiffe://";

  /** Whether a bundle that trusts nobody is meant. */
  enum Emptiness {
    REFUSED,
    MEANT
  }

  /** Before it is read. */
  void checkSize(long bytes) {
    if (bytes > MAX_BYTES) {
      throw refused(
          "it has %d bytes, and a TrustDomain holds %d".formatted(bytes, MAX_BYTES),
          "leave out keys of other uses; large bundles come by an endpoint: docs/federation.md");
    }
  }

  TrustBundle read(byte[] document, Emptiness emptiness) {
    TrustBundle bundle;
    try {
      bundle = TrustBundle.parseJwks(trustDomain, document);
    } catch (BundleFormatException e) {
      throw refused(
          String.valueOf(e.getMessage()),
          "get it again: isthmus trust bundle export, or its owner");
    }
    if (bundle.anchors().isEmpty() && emptiness == Emptiness.REFUSED) {
      throw refused(
          "it has no key with the use x509-svid: nobody of %s would be trusted"
              .formatted(trustDomain),
          "if that is meant: --empty");
    }
    bundle.anchors().forEach(this::checkName);
    return bundle;
  }

  /** An authority that says whose it is has to be this one's. */
  private void checkName(X509Certificate anchor) {
    for (String uri : uris(anchor)) {
      if (uri.startsWith(SCHEME) && !isOurs(uri)) {
        throw refused(
            "its anchor %s is of %s, expected %s%s"
                .formatted(Words.digest(Fingerprint.of(anchor)), uri, SCHEME, trustDomain),
            "check --trust-domain, and whose bundle the file is");
      }
    }
  }

  private boolean isOurs(String uri) {
    if (uri.equals(SCHEME + trustDomain.name())) {
      return true;
    }
    try {
      return SpiffeId.parse(uri).trustDomain().equals(trustDomain);
    } catch (InvalidSpiffeIdException e) {
      return false;
    }
  }

  private List<String> uris(X509Certificate anchor) {
    try {
      Collection<List<?>> names = anchor.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> Objects.equals(name.getFirst(), URI_NAME))
              .map(name -> String.valueOf(name.get(1)))
              .toList();
    } catch (CertificateParsingException e) {
      throw refused("an anchor's names cannot be read: " + e.getMessage(), "see who made it");
    }
  }

  /** Holds it against the TrustDomain that is there. */
  void checkAgainst(KnownBundle known, TrustBundle next, Instant now) {
    String object = known.object().getMetadata().getName();
    if (OwnDomain.isOwn(known.object())) {
      throw refused(
          "this cluster issues for %s itself (TrustDomain %s)".formatted(trustDomain, object),
          "its anchors come by isthmus trust rotate, and go by isthmus trust revoke");
    }
    if (known.inline().isEmpty()) {
      throw refused(
          "the anchors of %s come from elsewhere: %s of TrustDomain %s"
              .formatted(
                  trustDomain,
                  form(Objects.requireNonNull(known.object().getSpec().bundle())),
                  object),
          "delete that TrustDomain first, if it is not in use");
    }
    known.inForce().ifPresent(current -> checkSuccession(current, next));
    checkPeers(known, next, now);
  }

  private void checkSuccession(TrustBundle current, TrustBundle next) {
    switch (Succession.check(current, next)) {
      case Succession.Newer _ -> {}
      case Succession.Same(long sequence) -> {
        if (!current.revoked().equals(next.revoked())) {
          throw conflict(sequence);
        }
      }
      case Succession.Regress(long from, long to) ->
          throw refused(
              "its spiffe_sequence %d is lower than %d, which is in force: it is an older one"
                  .formatted(to, from),
              "get the newest from its owner");
      case Succession.Conflict(long sequence, String _, String _) -> throw conflict(sequence);
    }
  }

  private CommandException conflict(long sequence) {
    return refused(
        "it differs from what is in force under the same spiffe_sequence %d".formatted(sequence),
        "get it again from its owner, who has to raise the sequence at each change");
  }

  private static String form(TrustDomainSpec.@Nullable Bundle bundle) {
    return bundle != null && bundle.link() != null
        ? "the Link " + bundle.link().name()
        : "the bundle endpoint";
  }

  /** What is revoked by name may cut connections: that is what it is for. */
  private void checkPeers(KnownBundle known, TrustBundle next, Instant now) {
    Set<String> kept = next.anchors().stream().map(Fingerprint::of).collect(Collectors.toSet());
    Map<String, Integer> live =
        Enforced.of(
                "here",
                Optional.ofNullable(known.object().getStatus()).map(TrustDomainStatus::enforcement),
                now)
            .connections();
    live.forEach((anchor, count) -> {
      if (count > 0 && !kept.contains(anchor) && !next.revoked().contains(anchor)) {
        throw refused(
            "%d live connections stand on the anchor %s, which it does not have: their peers would be locked out"
                .formatted(count, anchor),
            "have it in the bundle until those peers have new certificates; or revoke it by name in isthmus_revoked");
      }
    });
  }

  private CommandException refused(String why, String advice) {
    return CommandException.refused(
        "%s is not taken as the bundle of %s".formatted(file, trustDomain), why, advice);
  }
}

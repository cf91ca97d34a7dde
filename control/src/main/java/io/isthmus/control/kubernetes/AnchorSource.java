package io.isthmus.control.kubernetes;

import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import java.util.Objects;
import java.util.Optional;

/** Where the anchors of a trust domain that others issue for come from. */
sealed interface AnchorSource {
  /** The peer behind a Link publishes them, and the mirror controller follows it. */
  record OverLink(String link) implements AnchorSource {
    @Override
    public String toString() {
      return "Link " + link;
    }
  }

  /**
   * A bundle endpoint serves them, and this control plane fetches them.
   *
   * @param uid of the TrustDomain, which has to own what was fetched
   */
  record FromEndpoint(String object, String uid) implements AnchorSource {
    @Override
    public String toString() {
      return "the endpoint of TrustDomain " + object;
    }
  }

  /** The TrustDomain has them in itself. */
  record Inline(String object, String jwks) implements AnchorSource {
    @Override
    public String toString() {
      return "TrustDomain " + object + ", spec.bundle.inline.jwks";
    }
  }

  /** Empty for a trust domain that this cluster issues for. */
  static Optional<AnchorSource> of(TrustDomain domain) {
    if (domain.getSpec() == null || domain.getSpec().bundle() == null) {
      return Optional.empty();
    }
    TrustDomainSpec.Bundle bundle = domain.getSpec().bundle();
    String object = domain.getMetadata().getName();
    if (bundle.link() != null) {
      return Optional.of(new OverLink(bundle.link().name()));
    }
    if (bundle.endpoint() != null) {
      String uid = Objects.requireNonNullElse(domain.getMetadata().getUid(), "");
      return Optional.of(new FromEndpoint(object, uid));
    }
    return bundle.inline() == null
        ? Optional.empty()
        : Optional.of(new Inline(object, bundle.inline().jwks()));
  }
}

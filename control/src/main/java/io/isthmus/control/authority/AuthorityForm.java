package io.isthmus.control.authority;

import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import java.time.Duration;

/** Who makes the authority that leaves come from, and how long they last. */
public sealed interface AuthorityForm {

  /** How long the next leaf lasts. */
  Duration leaf();

  /** This control plane makes the root and its issuers. */
  record Managed(Lifetimes lifetimes) implements AuthorityForm {
    @Override
    public Duration leaf() {
      return lifetimes.leaf();
    }
  }

  /**
   * An operator signs issuers elsewhere; no root's key is here.
   *
   * @param secret in the system namespace: {@code tls.crt}, {@code tls.key}, {@code ca.crt}
   */
  record Operator(String secret, Duration leaf) implements AuthorityForm {}

  /** What the object says. Throws with the field, its value and what was expected. */
  static AuthorityForm of(TrustDomain own) throws AuthorityException {
    TrustDomainSpec.Authority said = own.getSpec() == null ? null : own.getSpec().authority();
    try {
      if (said != null && said.managed() != null && said.operator() == null) {
        return new Managed(Lifetimes.of(said.managed()));
      }
      if (said != null && said.operator() != null && said.managed() == null) {
        return new Operator(
            said.operator().issuerSecretRef().name(),
            Lifetimes.leaf("spec.authority.operator.", said.operator().leafLifetime()));
      }
      throw new IllegalArgumentException(
          "spec.authority: expected exactly one of managed and operator");
    } catch (IllegalArgumentException e) {
      throw new AuthorityException(
          "TrustDomain %s: %s".formatted(own.getMetadata().getName(), e.getMessage()), e);
    }
  }
}

package io.isthmus.control.federation;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.TrustDomain;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A TrustDomain with an endpoint, as the API server has it.
 *
 * @param uid tells it from a former object of its name, whose bundle is not this one's
 * @param said what its status says about freshness
 */
record FederatedDomain(
    String name,
    String uid,
    long generation,
    TrustDomain trustDomain,
    TrustDomainSpec.Endpoint endpoint,
    Optional<Condition> said) {

  /** Empty for other forms, and for what is no trust domain's name. */
  static Optional<FederatedDomain> of(io.isthmus.api.trust.TrustDomain object) {
    TrustDomainSpec spec = object.getSpec();
    if (spec == null || spec.bundle() == null || spec.bundle().endpoint() == null) {
      return Optional.empty();
    }
    List<Condition> conditions =
        object.getStatus() == null ? List.of() : object.getStatus().conditions();
    try {
      return Optional.of(
          new FederatedDomain(
              object.getMetadata().getName(),
              Objects.requireNonNullElse(object.getMetadata().getUid(), ""),
              Objects.requireNonNullElse(object.getMetadata().getGeneration(), 0L),
              TrustDomain.of(spec.trustDomain()),
              spec.bundle().endpoint(),
              Condition.find(conditions, TrustDomainStatus.BUNDLE_FRESH)));
    } catch (InvalidSpiffeIdException e) {
      return Optional.empty(); // what is wrong with the name is said where trust is read
    }
  }
}

package io.isthmus.control.kubernetes;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustDomainStatus.Anchor;
import io.isthmus.api.trust.TrustDomainStatus.IssuerStatus;
import io.isthmus.api.trust.TrustDomainStatus.RotationStatus;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.AuthorityForm;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.authority.RotationIds;
import io.isthmus.control.expiry.Expiry;
import io.isthmus.control.expiry.ExpiryRule;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a status says only of the trust domain that this cluster issues for.
 *
 * @param waitingFor why its rotation stays in its phase
 * @param form in force
 * @param problem why what is wanted of the authority is not in force
 */
public record OwnTrustStatus(
    Supplier<Authority> authority,
    Supplier<List<String>> waitingFor,
    Supplier<AuthorityForm> form,
    Supplier<Optional<Problem>> problem) {

  /**
   * @param reason one CamelCase word, for programs
   * @param message for people
   */
  public record Problem(String reason, String message) {}

  private Rotation rotation() {
    return authority.get().rotation();
  }

  String phase() {
    return rotation().phase().word();
  }

  /** Null while that is lost. */
  @Nullable IssuerStatus issuer() {
    Issuer issuer = authority.get().issuer();
    if (!issuer.holdsKey()) {
      return null;
    }
    X509Certificate certificate = issuer.certificate();
    return new IssuerStatus(
        Fingerprint.of(certificate), certificate.getNotAfter().toInstant().toString());
  }

  /**
   * Null before the first rotation.
   *
   * @param asked what the spec says now
   */
  @Nullable RotationStatus rotationStatus(TrustDomainSpec.@Nullable Rotation asked) {
    Rotation rotation = rotation();
    return rotation.equals(Rotation.NONE)
        ? null
        : new RotationStatus(
            rotation.id(),
            rotation.kind().word(),
            rotation.since().truncatedTo(ChronoUnit.SECONDS).toString(),
            waitingFor.get(),
            asked != null && RotationIds.isNew(asked.id(), rotation) ? asked.id() : null);
  }

  /** An anchor that the active issuer does not stand on comes or goes, as the phase says. */
  String role(X509Certificate anchor) {
    if (authority.get().root().certificate().equals(anchor)) {
      return Anchor.ACTIVE;
    }
    return rotation().phase().isSwitched() ? Anchor.RETIRING : Anchor.NEXT;
  }

  /** {@code ready}, unless something here is not as it should be. */
  Condition ready(Condition ready) {
    return problem
        .get()
        .filter(_ -> ready.status().equals(Condition.TRUE))
        .map(found ->
            new Condition(
                ready.type(),
                Condition.FALSE,
                found.reason(),
                found.message(),
                ready.observedGeneration(),
                null))
        .orElse(ready);
  }

  List<Expiry> expiring(Instant now) {
    return ExpiryRule.own(authority.get(), form.get(), now);
  }

  /** Before it has its transition time. */
  Condition held(@Nullable Long generation) {
    List<String> reasons = waitingFor.get();
    boolean held = !reasons.isEmpty();
    return new Condition(
        TrustDomainStatus.HELD,
        held ? Condition.TRUE : Condition.FALSE,
        held ? "WaitingForEvidence" : "NotHeld",
        held
            ? "rotation %s stays in %s: %s"
                .formatted(rotation().id(), phase(), String.join("; ", reasons))
            : "no rotation waits",
        generation,
        null);
  }
}

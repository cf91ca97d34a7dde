package io.isthmus.control.kubernetes;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.TrustBundle;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.federation.Freshness;
import io.isthmus.control.state.ClusterState;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is handed out into TrustDomains' status, and only what differs: replicas that agree
 * write once. What proxies enforce is beside it, and not of these fields.
 */
final class TrustDomainStatuses {
  private final StatusPatch patch;
  private final Supplier<Authority> authority;
  private final Freshness freshness;
  private final InstantSource clock;

  TrustDomainStatuses(
      StatusPatch patch, Supplier<Authority> authority, Freshness freshness, InstantSource clock) {
    this.patch = patch;
    this.authority = authority;
    this.freshness = freshness;
    this.clock = clock;
  }

  void write(List<TrustDomain> domains, ClusterState state, Map<String, String> problems) {
    for (TrustDomain domain : domains) {
      TrustDomainStatus wanted = status(domain, state, problems);
      boolean isWritten =
          domain.getStatus() != null && wanted.equals(domain.getStatus().withoutEnforcement());
      if (isWritten || update(domain, wanted)) {
        Condition.find(wanted.conditions(), TrustDomainStatus.BUNDLE_FRESH)
            .ifPresent(fresh -> freshness.said(domain.getMetadata().getName(), fresh));
      }
    }
  }

  /** Whether it is written. */
  private boolean update(TrustDomain domain, TrustDomainStatus status) {
    return patch.write(
        domain.getMetadata().getName(),
        patch
            .members()
            .put("phase", status.phase())
            .put("bundle", status.bundle())
            .put("anchors", status.anchors())
            .put("issuer", status.issuer())
            .put("conditions", status.conditions()));
  }

  private TrustDomainStatus status(
      TrustDomain domain, ClusterState state, Map<String, String> problems) {
    String name = domain.getSpec().trustDomain();
    boolean own =
        domain.getSpec().authority() != null && name.equals(state.mesh().trustDomain().name());
    Optional<TrustBundle> bundle =
        state.trust().bundles().bundles().values().stream()
            .filter(known -> known.trustDomain().name().equals(name))
            .findFirst();
    @Nullable String problem = problems.get("TrustDomain " + domain.getMetadata().getName());
    Condition ready =
        new Condition(
            TrustDomainStatus.READY,
            bundle.isPresent() && problem == null ? Condition.TRUE : Condition.FALSE,
            bundle.isEmpty() ? "NotTrusted" : problem == null ? "BundleInForce" : "BundleHeld",
            bundle.isPresent() && problem == null
                ? "sequence %d is handed out".formatted(bundle.get().sequence())
                : Objects.requireNonNullElse(problem, "no bundle"),
            domain.getMetadata().getGeneration(),
            null);
    List<Condition> former =
        domain.getStatus() == null ? List.of() : domain.getStatus().conditions();
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    return new TrustDomainStatus(
        own ? authority.get().rotation().phase().word() : null,
        bundle
            .map(known -> new TrustDomainStatus.BundleStatus(known.sequence(), known.digest()))
            .orElse(null),
        bundle.map(TrustDomainStatuses::anchors).orElse(List.of()),
        own ? issuer() : null,
        Stream.concat(Stream.of(ready), fresh(domain, former).stream())
            .map(condition -> condition.after(former, now))
            .toList(),
        null);
  }

  /** What this replica has to say, or what is said already; of what is fetched only. */
  private Optional<Condition> fresh(TrustDomain domain, List<Condition> former) {
    TrustDomainSpec.@Nullable Bundle bundle = domain.getSpec().bundle();
    return bundle == null || bundle.endpoint() == null
        ? Optional.empty()
        : freshness
            .unsaid(domain.getMetadata().getName())
            .or(() -> Condition.find(former, TrustDomainStatus.BUNDLE_FRESH));
  }

  private static List<TrustDomainStatus.Anchor> anchors(TrustBundle bundle) {
    return bundle.anchors().stream()
        .map(anchor ->
            new TrustDomainStatus.Anchor(
                Fingerprints.sha256(anchor),
                anchor.getNotAfter().toInstant().toString(),
                TrustDomainStatus.Anchor.ACTIVE))
        .limit(16)
        .toList();
  }

  private TrustDomainStatus.IssuerStatus issuer() {
    X509Certificate certificate = authority.get().issuer().certificate();
    return new TrustDomainStatus.IssuerStatus(
        Fingerprints.sha256(certificate), certificate.getNotAfter().toInstant().toString());
  }
}

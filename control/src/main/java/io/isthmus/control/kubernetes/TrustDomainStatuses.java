package io.isthmus.control.kubernetes;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustDomainStatus.Anchor;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.control.expiry.ExpiryRule;
import io.isthmus.control.federation.Freshness;
import io.isthmus.control.state.ClusterState;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is handed out into TrustDomains' status, and only what differs: replicas that agree
 * write once. What proxies enforce is beside it, and not of these fields.
 */
final class TrustDomainStatuses {
  private static final TrustDomainStatus NOTHING =
      new TrustDomainStatus(null, null, List.of(), null, null, List.of(), null);

  private final StatusPatch patch;
  private final OwnTrustStatus own;
  private final Freshness freshness;
  private final ExpiryReport expiry;
  private final InstantSource clock;

  /** What there is to say besides the state. */
  record Sources(OwnTrustStatus own, Freshness freshness, ExpiryReport expiry) {}

  TrustDomainStatuses(Sources sources, StatusPatch patch, InstantSource clock) {
    this.patch = patch;
    this.own = sources.own();
    this.freshness = sources.freshness();
    this.expiry = sources.expiry();
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
      Condition.find(wanted.conditions(), TrustDomainStatus.EXPIRING)
          .ifPresent(expiring -> expiry.warn(domain, expiring));
    }
  }

  /** Whether it is written. */
  private boolean update(TrustDomain domain, TrustDomainStatus status) {
    TrustDomainStatus before = domain.getStatus() == null ? NOTHING : domain.getStatus();
    return patch
        .of(domain)
        .put("phase", before.phase(), status.phase())
        .put("bundle", before.bundle(), status.bundle())
        .put("anchors", before.anchors(), status.anchors())
        .put("issuer", before.issuer(), status.issuer())
        .put("rotation", before.rotation(), status.rotation())
        .put("conditions", before.conditions(), status.conditions())
        .write();
  }

  private TrustDomainStatus status(
      TrustDomain domain, ClusterState state, Map<String, String> problems) {
    String name = domain.getSpec().trustDomain();
    boolean isOwn =
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
    Stream<Condition> more =
        isOwn
            ? Stream.of(own.held(domain.getMetadata().getGeneration()))
            : fresh(domain, former).stream();
    return new TrustDomainStatus(
        isOwn ? own.phase() : null,
        bundle
            .map(known -> new TrustDomainStatus.BundleStatus(known.sequence(), known.digest()))
            .orElse(null),
        bundle
            .map(known -> anchors(known, isOwn ? own::role : anchor -> Anchor.ACTIVE))
            .orElse(List.of()),
        isOwn ? own.issuer() : null,
        isOwn ? own.rotationStatus(domain.getSpec().rotation()) : null,
        Stream.of(
                Stream.of(isOwn ? own.ready(ready) : ready),
                more,
                expiring(domain, bundle, isOwn).stream())
            .flatMap(Function.identity())
            .map(condition -> condition.after(former, now))
            .toList(),
        null);
  }

  /** Nothing where there is no bundle to speak of. */
  private Optional<Condition> expiring(
      TrustDomain domain, Optional<TrustBundle> bundle, boolean isOwn) {
    Instant now = clock.instant();
    return bundle.map(known ->
        ExpiryReport.condition(
            isOwn
                ? own.expiring(now)
                : ExpiryRule.peer(
                        known,
                        AnchorSource.of(domain).map(AnchorSource::toString).orElse("elsewhere"),
                        now)
                    .stream()
                    .toList(),
            domain.getMetadata().getGeneration()));
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

  private static List<Anchor> anchors(TrustBundle bundle, Function<X509Certificate, String> role) {
    return bundle.anchors().stream()
        .map(anchor ->
            new Anchor(
                Fingerprint.of(anchor),
                anchor.getNotAfter().toInstant().toString(),
                role.apply(anchor)))
        .limit(16)
        .toList();
  }
}

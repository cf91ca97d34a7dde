package io.isthmus.control.kubernetes;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.control.expiry.Expiry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where ends that come near are told: in the condition {@code Expiring}, in one Warning a day on
 * the TrustDomain, and, near or not, as metrics. Used by one thread.
 */
final class ExpiryReport {
  private final Events events;
  private final InstantSource clock;
  private final MultiGauge anchors;
  private final Map<String, LocalDate> warned = new HashMap<>();

  ExpiryReport(Events events, MeterRegistry metrics, InstantSource clock) {
    this.events = events;
    this.clock = clock;
    this.anchors =
        MultiGauge.builder("isthmus.trust.anchor.expiry.timestamp.seconds").register(metrics);
  }

  /** Before it has its transition time. */
  static Condition condition(List<Expiry> found, @Nullable Long generation) {
    return found.isEmpty()
        ? new Condition(
            TrustDomainStatus.EXPIRING,
            Condition.FALSE,
            "NothingExpires",
            "no end is near",
            generation,
            null)
        : new Condition(
            TrustDomainStatus.EXPIRING,
            Condition.TRUE,
            found.getFirst().kind().reason(),
            found.stream().map(Expiry::message).collect(Collectors.joining("; ")),
            generation,
            null);
  }

  void warn(TrustDomain domain, Condition expiring) {
    String name = domain.getMetadata().getName();
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    if (expiring.status().equals(Condition.TRUE) && !today.equals(warned.put(name, today))) {
      events.write(
          domain,
          new Events.News(
              Events.Type.WARNING,
              expiring.reason(),
              expiring.message(),
              TrustDomainStatus.EXPIRING + today));
    }
  }

  void measure(BundleSet bundles) {
    anchors.register(
        bundles.bundles().values().stream()
            .flatMap(bundle ->
                bundle.anchors().stream()
                    .map(anchor ->
                        MultiGauge.Row.of(
                            Tags.of(
                                "trust_domain",
                                bundle.trustDomain().name(),
                                "anchor",
                                Fingerprint.shown(Fingerprint.of(anchor))),
                            anchor.getNotAfter().toInstant().getEpochSecond())))
            .collect(Collectors.toList()),
        true);
  }
}

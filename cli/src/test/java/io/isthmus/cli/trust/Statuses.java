package io.isthmus.cli.trust;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.isthmus.api.Condition;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustDomainStatus.Anchor;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.ConnectionsByAnchor;
import io.isthmus.api.trust.TrustEnforcement.LeavesByIssuer;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What control planes and mirror controllers write, for tests of who reads it. */
public final class Statuses {
  public static final String OLD_ROOT = "a1".repeat(32);
  public static final String NEW_ROOT = "a2".repeat(32);
  public static final String OLD_ISSUER = "b1".repeat(32);
  public static final String NEW_ISSUER = "b2".repeat(32);

  private final Instant now;

  public Statuses(Instant now) {
    this.now = now;
  }

  String later(Duration time) {
    return now.plus(time).toString();
  }

  static TrustDomain domain(String name, TrustDomainSpec spec, TrustDomainStatus status) {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName(name).build());
    domain.setSpec(spec);
    domain.setStatus(status);
    return domain;
  }

  static Link link(String cluster, TrustEnforcement enforcement) {
    return link(cluster, cluster + ".demo", enforcement);
  }

  static Link link(String cluster, String trustDomain, TrustEnforcement enforcement) {
    Link link = new Link();
    link.setMetadata(
        new ObjectMetaBuilder().withNamespace("isthmus-system").withName(cluster).build());
    link.setSpec(LinkSpec.to(cluster, trustDomain, "link-" + cluster));
    link.setStatus(new LinkStatus(List.of(), List.of(), 0, 0, enforcement, null));
    return link;
  }

  /** One root, one issuer, no rotation. */
  public TrustDomainStatus steady(long sequence, TrustEnforcement enforcement) {
    return new TrustDomainStatus(
        "Steady",
        new TrustDomainStatus.BundleStatus(sequence, digest(sequence)),
        List.of(new Anchor(OLD_ROOT, later(Duration.ofDays(3650)), Anchor.ACTIVE)),
        new TrustDomainStatus.IssuerStatus(OLD_ISSUER, later(Duration.ofDays(365))),
        null,
        List.of(condition(TrustDomainStatus.READY, Condition.TRUE)),
        enforcement);
  }

  /** The same after, or during, a rotation of the root. */
  public TrustDomainStatus rotation(
      String phase, String id, List<String> waitingFor, TrustEnforcement enforcement) {
    boolean hasSwitched = List.of("Switched", "Draining", "Retired").contains(phase);
    return new TrustDomainStatus(
        phase,
        new TrustDomainStatus.BundleStatus(7, digest(7)),
        List.of(
            new Anchor(
                OLD_ROOT,
                later(Duration.ofDays(100)),
                hasSwitched ? Anchor.RETIRING : Anchor.ACTIVE),
            new Anchor(
                NEW_ROOT, later(Duration.ofDays(3650)), hasSwitched ? Anchor.ACTIVE : Anchor.NEXT)),
        new TrustDomainStatus.IssuerStatus(
            hasSwitched ? NEW_ISSUER : OLD_ISSUER, later(Duration.ofDays(365))),
        new TrustDomainStatus.RotationStatus(
            id, "Root", later(Duration.ofMinutes(-5)), waitingFor, null),
        List.of(condition(TrustDomainStatus.READY, Condition.TRUE)),
        enforcement);
  }

  public static Condition condition(String type, String status) {
    return new Condition(type, status, "Because", "the message", null, null);
  }

  static String digest(long sequence) {
    return "sha256:" + "%02x".formatted(sequence).repeat(32);
  }

  /** As what a cluster says that hands out a bundle of its own making. */
  static TrustEnforcement withDigest(TrustEnforcement said, String digest) {
    Reporter reporter = Objects.requireNonNull(said.reporters().get("replica-0"));
    return new TrustEnforcement(
        Map.of(
            "replica-0",
            new Reporter(
                reporter.sequence(),
                digest,
                reporter.verifiers(),
                reporter.enforcing(),
                reporter.unreported(),
                reporter.waitingFor(),
                reporter.silent(),
                reporter.refused(),
                reporter.leavesByIssuer(),
                reporter.connectionsByAnchor(),
                0,
                reporter.observedAt())));
  }

  /** All of {@code verifiers} enforce the sequence, or those in {@code waitingFor} do not. */
  public TrustEnforcement enforced(long sequence, int verifiers, String... waitingFor) {
    return new TrustEnforcement(
        Map.of(
            "replica-0",
            new Reporter(
                sequence,
                digest(sequence),
                verifiers,
                verifiers - waitingFor.length,
                0,
                List.of(waitingFor),
                List.of(),
                List.of(),
                List.of(new LeavesByIssuer(OLD_ISSUER, verifiers, later(Duration.ofHours(20)))),
                List.of(new ConnectionsByAnchor(OLD_ROOT, 4)),
                0,
                later(Duration.ofSeconds(-5)))));
  }

  /** As {@link #enforced}, with those in {@code silent} that have never acknowledged anything. */
  public TrustEnforcement silent(long sequence, int verifiers, String... silent) {
    return new TrustEnforcement(
        Map.of(
            "replica-0",
            new Reporter(
                sequence,
                digest(sequence),
                verifiers,
                verifiers - silent.length,
                silent.length,
                Stream.of(silent).map(Reporter::waitingForSilent).toList(),
                List.of(silent),
                List.of(),
                List.of(),
                List.of(),
                0,
                later(Duration.ofSeconds(-5)))));
  }

  /** As {@link #enforced}, and longer ago than is believed. */
  public TrustEnforcement stale(long sequence) {
    return new TrustEnforcement(
        Map.of(
            "replica-0",
            new Reporter(
                sequence,
                digest(sequence),
                1,
                1,
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0,
                later(Duration.ofMinutes(-10)))));
  }
}

package io.isthmus.control.enforcement;

import io.isthmus.api.trust.FirstTen;
import io.isthmus.api.trust.TrustEnforcement.ConnectionsByAnchor;
import io.isthmus.api.trust.TrustEnforcement.LeavesByIssuer;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.enforcement.Reported.Generation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What all connected proxies say of one trust domain.
 *
 * @param essence as {@code status}, without what changes by itself all the time (ages, the number
 *     of connections, clocks to the millisecond): only a change of this is news
 */
record Summary(Reporter status, Reporter essence) {
  private static final int MAX_ISSUERS = 16;
  private static final int MAX_ANCHORS = 64;
  private static final long SKEW_STEP = 100;
  private static final long SKEW_NEWS = 1_000;

  /**
   * @param authorities that are known here, and their roots, by SHA-256: they come first, with the
   *     bundle's anchors, so that nothing that proxies invent takes their place
   */
  static Summary of(
      TrustBundle bundle, List<Row> all, Map<String, String> authorities, Instant now) {
    TrustDomain domain = bundle.trustDomain();
    Map<String, String> known = new HashMap<>(authorities);
    bundle.anchors().stream()
        .map(Fingerprint::of)
        .forEach(anchor -> known.putIfAbsent(anchor, anchor));
    Generation generation = new Generation(bundle.sequence(), bundle.digest());
    List<Row> rows =
        all.stream()
            .filter(row -> row.verifier().verifies(domain))
            .sorted(Comparator.comparing(Row::name))
            .toList();
    List<Row> waiting =
        rows.stream().filter(row -> !row.enforces(domain, generation, now)).toList();
    List<Reported> current = all.stream().flatMap(row -> row.current(now).stream()).toList();
    List<LeavesByIssuer> leaves = leaves(domain, all, known, now);
    List<ConnectionsByAnchor> connections = connections(domain, current, known.keySet());
    long skew =
        current.stream()
            .map(report -> report.skew().abs())
            .mapToLong(Duration::toMillis)
            .max()
            .orElse(0);
    Reporter status =
        new Reporter(
            bundle.sequence(),
            bundle.digest(),
            rows.size(),
            rows.size() - waiting.size(),
            (int) rows.stream().filter(row -> row.isUnreported(now)).count(),
            FirstTen.of(waiting.stream().map(row -> row.waiting(domain, now)).toList()),
            silent(waiting, now),
            refused(domain, rows, now),
            leaves,
            connections,
            skew / SKEW_STEP * SKEW_STEP,
            now.truncatedTo(ChronoUnit.MILLIS).toString());
    Reporter essence =
        new Reporter(
            status.sequence(),
            status.digest(),
            status.verifiers(),
            status.enforcing(),
            status.unreported(),
            FirstTen.of(waiting.stream().map(row -> row.waiting(domain)).toList()),
            status.silent(),
            refusedGenerations(domain, rows, now),
            leaves.stream()
                .map(each ->
                    new LeavesByIssuer(each.sha256(), each.count(), "", each.anchorSha256()))
                .toList(),
            connections.stream()
                .map(each -> new ConnectionsByAnchor(each.sha256(), 0))
                .sorted(Comparator.comparing(ConnectionsByAnchor::sha256))
                .toList(),
            skew / SKEW_NEWS,
            Instant.EPOCH.toString());
    return new Summary(status, essence);
  }

  /** Each of them counts as unreported too, so that who reads this can take it off there. */
  private static List<String> silent(List<Row> waiting, Instant now) {
    return waiting.stream()
        .filter(row -> row.reported().isEmpty() && row.isUnreported(now))
        .map(Row::name)
        .limit(Reporter.MAX_SILENT)
        .toList();
  }

  private static List<String> refused(TrustDomain domain, List<Row> rows, Instant now) {
    return refusals(
        domain,
        rows,
        now,
        refusal -> "sequence %d: %s".formatted(refusal.generation().sequence(), refusal.reason()));
  }

  private static List<String> refusedGenerations(TrustDomain domain, List<Row> rows, Instant now) {
    return refusals(domain, rows, now, refusal -> refusal.generation().toString());
  }

  private static List<String> refusals(
      TrustDomain domain, List<Row> rows, Instant now, Function<Reported.Refused, String> text) {
    List<String> texts = new ArrayList<>();
    for (Row row : rows) {
      row.current(now).map(Reported::refused).orElse(List.of()).stream()
          .filter(refusal -> refusal.trustDomain().equals(domain))
          .forEach(refusal -> texts.add(row.name() + " " + text.apply(refusal)));
    }
    return FirstTen.of(texts);
  }

  private static List<LeavesByIssuer> leaves(
      TrustDomain domain, List<Row> rows, Map<String, String> known, Instant now) {
    Map<String, List<Instant>> ends =
        rows.stream()
            .filter(row -> row.verifier().node().identity().trustDomain().equals(domain))
            .flatMap(row -> row.current(now).flatMap(Reported::leaf).stream())
            .collect(
                Collectors.groupingBy(
                    Reported.Leaf::issuer,
                    TreeMap::new,
                    Collectors.mapping(Reported.Leaf::notAfter, Collectors.toList())));
    return ends.entrySet().stream()
        .map(each ->
            new LeavesByIssuer(
                each.getKey(),
                each.getValue().size(),
                each.getValue().stream().min(Comparator.naturalOrder()).orElseThrow().toString(),
                known.getOrDefault(each.getKey(), "")))
        .sorted(
            Comparator.comparing((LeavesByIssuer each) -> !known.containsKey(each.sha256()))
                .thenComparing(Comparator.comparingInt(LeavesByIssuer::count).reversed()))
        .limit(MAX_ISSUERS)
        .toList();
  }

  private static List<ConnectionsByAnchor> connections(
      TrustDomain domain, List<Reported> reports, Set<String> known) {
    Map<String, Integer> sums =
        reports.stream()
            .flatMap(report -> report.connections().stream())
            .filter(each -> each.trustDomain().equals(domain) && each.live() > 0)
            .collect(
                Collectors.toMap(
                    Reported.Connections::anchor,
                    Reported.Connections::live,
                    Summary::saturated,
                    TreeMap::new));
    return sums.entrySet().stream()
        .map(each -> new ConnectionsByAnchor(each.getKey(), each.getValue()))
        .sorted(
            Comparator.comparing((ConnectionsByAnchor each) -> !known.contains(each.sha256()))
                .thenComparing(Comparator.comparingInt(ConnectionsByAnchor::count).reversed()))
        .limit(MAX_ANCHORS)
        .toList();
  }

  private static int saturated(int a, int b) {
    return (int) Math.min(Integer.MAX_VALUE, (long) a + b);
  }
}

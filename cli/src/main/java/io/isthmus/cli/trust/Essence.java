package io.isthmus.cli.trust;

import io.isthmus.api.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What of a report a person wants to be told when it changes: phases, generations, authorities,
 * conditions, and what is waited for by its name. Ages and counts move all the time, and are not in
 * it.
 */
record Essence(List<Domain> domains, Set<String> notAsked, Set<String> wrong) {
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
  private static final Pattern AGE = Pattern.compile("\\b(\\d+ (s|min|h|d)|PT[0-9HMS.]+)\\b");

  /** A number by itself, which no name has beside it; that of a sequence says which one. */
  private static final Pattern COUNT =
      Pattern.compile("(?<![\\w.:/-])(?<!sequence )(?<!expected )\\d+(?![\\w.:/-])");

  Essence {
    domains = List.copyOf(domains);
    notAsked = Set.copyOf(notAsked);
    wrong = Set.copyOf(wrong);
  }

  record Domain(
      String trustDomain,
      String source,
      Optional<String> phase,
      String generation,
      Map<String, String> anchors,
      Optional<String> issuer,
      Optional<String> rotation,
      Optional<String> nextRotation,
      Set<String> revoked,
      Set<String> conditions,
      List<Verified> enforcedBy) {}

  /**
   * @param issuers of the leaves there
   */
  record Verified(String cluster, boolean fresh, String generation, Set<String> issuers) {}

  static Essence of(TrustReport report, Instant now) {
    return new Essence(
        report.trustDomains().stream().map(Essence::domain).toList(),
        // why not may be put in other words each time
        report.notAsked().stream()
            .map(each -> each.cluster() + " by " + each.by())
            .collect(Collectors.toSet()),
        untimed(Findings.of(report.trustDomains(), List.of(), now)));
  }

  private static Domain domain(TrustReport.Domain domain) {
    Map<String, String> anchors = new TreeMap<>();
    domain.anchors().forEach(anchor -> anchors.put(anchor.sha256(), anchor.role()));
    return new Domain(
        domain.trustDomain(),
        domain.source(),
        Optional.ofNullable(domain.phase()),
        Optional.ofNullable(domain.bundle()).map(Record::toString).orElse(""),
        anchors,
        Optional.ofNullable(domain.issuer()).map(issuer -> issuer.sha256()),
        Optional.ofNullable(domain.rotation()).map(rotation -> rotation.id()),
        Optional.ofNullable(domain.rotation()).map(rotation -> rotation.next()),
        new TreeSet<>(domain.revoked()),
        untimed(domain.conditions().stream().map(Essence::condition).toList()),
        domain.enforcedBy().stream().map(Essence::verified).toList());
  }

  private static String condition(Condition condition) {
    return "%s %s %s %s"
        .formatted(condition.type(), condition.status(), condition.reason(), condition.message());
  }

  private static Verified verified(Enforced enforced) {
    return new Verified(
        enforced.cluster(),
        enforced.fresh(),
        enforced.sequence() + " " + enforced.digest(),
        enforced.leaves().stream().map(Enforced.Leaves::issuer).collect(Collectors.toSet()));
  }

  private static Set<String> untimed(List<String> lines) {
    return lines.stream().map(Essence::untimed).collect(Collectors.toSet());
  }

  static String untimed(String line) {
    String withoutTimes = TIME.matcher(line).replaceAll("<time>");
    String withoutAges = AGE.matcher(withoutTimes).replaceAll("<age>");
    return COUNT.matcher(withoutAges).replaceAll("<count>");
  }
}

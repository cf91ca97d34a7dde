package io.isthmus.cli.trust;

import io.isthmus.cli.Table;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** A report as a person reads it: who issues, what is trusted, who enforces it, what is wrong. */
record StatusText(TrustReport report, Instant now) {
  private static final String NOTHING = "-";

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(domains()).append('\n').append(anchors()).append('\n').append(enforced());
    if (report.wrong().isEmpty()) {
      return text.append("\nAll is steady.\n").toString();
    }
    text.append("\nNot as it should be:\n");
    report.wrong().forEach(line -> text.append("  ").append(line).append('\n'));
    return text.toString();
  }

  private String domains() {
    Table table =
        new Table(
            List.of(
                "TRUST DOMAIN",
                "SAID BY",
                "PHASE",
                "SEQUENCE",
                "DIGEST",
                "ISSUER",
                "ENDS",
                "CONDITIONS"));
    for (TrustReport.Domain domain : report.trustDomains()) {
      table.add(
          List.of(
              domain.trustDomain(),
              domain.source(),
              domain.phase() == null ? NOTHING : domain.phase(),
              domain.bundle() == null ? NOTHING : "" + domain.bundle().sequence(),
              domain.bundle() == null ? NOTHING : Words.digest(domain.bundle().digest()),
              domain.issuer() == null ? NOTHING : Words.digest(domain.issuer().sha256()),
              domain.issuer() == null ? NOTHING : Words.end(domain.issuer().notAfter(), now),
              orNothing(
                  domain.conditions().stream()
                      .map(condition -> condition.type() + "=" + condition.status())
                      .collect(Collectors.joining(", ")))));
    }
    return table.text();
  }

  private String anchors() {
    Table table = new Table(List.of("TRUST DOMAIN", "ANCHOR (SHA-256)", "ROLE", "ENDS"));
    for (TrustReport.Domain domain : report.trustDomains()) {
      domain
          .anchors()
          .forEach(anchor ->
              table.add(
                  List.of(
                      domain.trustDomain(),
                      anchor.sha256(),
                      anchor.role(),
                      Words.end(anchor.notAfter(), now))));
      domain
          .revoked()
          .forEach(
              revoked -> table.add(List.of(domain.trustDomain(), revoked, "Revoked", NOTHING)));
    }
    return table.text();
  }

  private String enforced() {
    Table table =
        new Table(
            List.of(
                "TRUST DOMAIN",
                "VERIFIED IN",
                "SEQUENCE",
                "ENFORCING",
                "LEAVES BY ISSUER",
                "FIRST LEAF ENDS",
                "CONNECTIONS BY ANCHOR",
                "SEEN"));
    for (TrustReport.Domain domain : report.trustDomains()) {
      domain.enforcedBy().forEach(each -> table.add(row(domain, each)));
    }
    return table.text();
  }

  private List<String> row(TrustReport.Domain domain, Enforced enforced) {
    return List.of(
        domain.trustDomain(),
        enforced.cluster(),
        enforced.fresh() ? "" + enforced.sequence() : NOTHING,
        enforced.fresh()
            ? "%d of %d".formatted(enforced.enforcing(), enforced.verifiers())
            : "unknown",
        orNothing(
            enforced.leaves().stream()
                .map(leaves -> leaves.count() + " of " + Words.digest(leaves.issuer()))
                .collect(Collectors.joining(", "))),
        enforced.leaves().stream()
            .map(Enforced.Leaves::earliestNotAfter)
            .sorted()
            .findFirst()
            .map(first -> Words.end(first, now))
            .orElse(NOTHING),
        orNothing(
            enforced.connections().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .map(each -> each.getValue() + " on " + Words.digest(each.getKey()))
                .collect(Collectors.joining(", "))),
        enforced.observedAt().isEmpty() ? "never" : Words.ago(enforced.observedAt(), now));
  }

  private static String orNothing(String text) {
    return text.isEmpty() ? NOTHING : text;
  }
}

package io.isthmus.cli.check;

import io.isthmus.api.Condition;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Layer 1, first part: what the Links of one cluster say of themselves. */
final class LinkChecks {
  private LinkChecks() {}

  static void look(ClusterFacts facts, List<Link> links, Clusters clusters, Sheet sheet) {
    List<Reading<?>> needs = List.of(facts.mesh().links());
    sheet.check(Check.LINK_STATUS, needs, () -> unobserved(facts, links));
    sheet.check(
        Check.LINK_CREDENTIALS,
        needs,
        () ->
            notTrue(
                facts,
                links,
                LinkStatus.CREDENTIALS_VALID,
                Check.LINK_CREDENTIALS,
                "run isthmus link create again, which renews them"));
    sheet.check(
        Check.LINK_CONNECTED,
        needs,
        () ->
            notTrue(
                facts,
                links,
                LinkStatus.CONNECTED,
                Check.LINK_CONNECTED,
                "its exports and gateway are as they were known last; check the way from here to"
                    + " that API server"));
    sheet.check(
        Check.LINK_SYNCED,
        needs,
        () ->
            notTrue(
                facts,
                links,
                LinkStatus.SYNCED,
                Check.LINK_SYNCED,
                "see the object that the message names"));
    sheet.check(
        Check.LINK_LIMITS,
        needs,
        () ->
            notTrue(
                facts,
                links,
                LinkStatus.WITHIN_LIMITS,
                Check.LINK_LIMITS,
                "export less there, or narrow spec.import.selector of the Link"));
    sheet.check(Check.LINK_BACK, needs, () -> oneSided(facts, links, clusters));
  }

  static Optional<LinkStatus> status(Link link) {
    return Optional.ofNullable(link.getStatus());
  }

  static String name(Link link) {
    return "Link %s/%s".formatted(link.getMetadata().getNamespace(), link.getMetadata().getName());
  }

  private static List<Problem> unobserved(ClusterFacts facts, List<Link> links) {
    return links.stream()
        .filter(link -> status(link).map(LinkStatus::conditions).orElse(List.of()).isEmpty())
        .map(link ->
            new Problem(
                Severity.FATAL,
                name(link),
                "no mirror controller of %s has looked at it yet".formatted(facts.cluster()),
                "see that one runs there, and its log"))
        .toList();
  }

  /** Unknown is what a start looks like, and no failure. */
  static List<Problem> notTrue(
      ClusterFacts facts, List<Link> links, String type, Check check, String next) {
    List<Problem> found = new ArrayList<>();
    for (Link link : links) {
      condition(link, type)
          .filter(condition -> condition.status().equals(Condition.FALSE))
          .ifPresent(condition ->
              found.add(
                  new Problem(
                      check.severity(),
                      name(link),
                      "%s is False (%s): %s"
                          .formatted(type, condition.reason(), condition.message()),
                      next)));
    }
    return found;
  }

  static Optional<Condition> condition(Link link, String type) {
    return status(link).flatMap(status -> Condition.find(status.conditions(), type));
  }

  private static List<Problem> oneSided(ClusterFacts facts, List<Link> links, Clusters clusters) {
    List<Problem> found = new ArrayList<>();
    for (Link link : links) {
      clusters
          .find(link.getSpec().cluster())
          .filter(peer -> peer.mesh().links().value().isPresent())
          .filter(peer ->
              peer.links().stream()
                  .noneMatch(back -> back.getSpec().cluster().equals(facts.cluster())))
          .ifPresent(peer ->
              found.add(
                  new Problem(
                      Severity.WARNING,
                      name(link),
                      "%s has no Link to %s: its gateway refuses calls from here"
                          .formatted(peer.cluster(), facts.cluster()),
                      "run isthmus link create for the two again")));
    }
    return found;
  }
}

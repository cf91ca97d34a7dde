package io.isthmus.cli.check;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.link.Link;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all checks came to, as {@code -o json} prints it.
 *
 * @param lookFirst the id of the first layer's first failure; absent when nothing failed
 * @param clusters that were looked at
 * @param notLooked what was not, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Report(
    @Nullable String lookFirst,
    List<String> clusters,
    List<String> notLooked,
    long millis,
    List<Result> results) {

  Report {
    clusters = List.copyOf(clusters);
    notLooked = List.copyOf(notLooked);
    results = List.copyOf(results);
  }

  static Report of(
      List<Result> results, List<String> clusters, List<String> notLooked, long millis) {
    List<Result> ordered =
        results.stream()
            .sorted(
                Comparator.comparing(
                    result -> Layer.valueOf(result.layer().toUpperCase(Locale.ROOT))))
            .toList();
    return new Report(
        first(ordered).map(Result::id).orElse(null), clusters, notLooked, millis, ordered);
  }

  /**
   * All checks of these clusters and their Links.
   *
   * @param only the one Link that is looked at, with its peer's Link back; else all
   */
  static Report of(Clusters clusters, Optional<String> only, Instant now, long millis) {
    List<Result> results = new ArrayList<>();
    for (ClusterFacts facts : clusters.all()) {
      Sheet sheet = new Sheet(facts.cluster());
      if (!facts.isReached()) {
        sheet.check(Check.API, List.of(), () -> InstallChecks.api(facts));
        results.addAll(sheet.results());
        continue;
      }
      List<Link> links = links(facts, clusters, only);
      InstallChecks.look(facts, now, sheet);
      LinkChecks.look(facts, links, clusters, sheet);
      DnsChecks.look(facts, links, sheet);
      TrustChecks.look(facts, links, now, sheet);
      new Announcements(facts).look(sheet);
      for (Link link : links) {
        PathChecks.look(facts, link, sheet);
        clusters
            .find(link.getSpec().cluster())
            .filter(ClusterFacts::isReached)
            .ifPresent(peer -> {
              MirrorChecks.look(facts, peer, link, sheet);
              DnsChecks.link(peer, link, sheet);
              TrustChecks.between(facts, peer, link, sheet);
              VipChecks.between(facts, peer, link, sheet);
            });
      }
      Optional.ofNullable(clusters.surveys().get(facts.cluster()))
          .ifPresent(survey -> NodeChecks.look(facts, survey, sheet));
      results.addAll(sheet.results());
    }
    if (clusters.all().size() > 1) {
      Sheet sheet = new Sheet(clusters.names());
      VipChecks.among(clusters, sheet);
      DnsLoops.among(clusters, sheet);
      results.addAll(sheet.results());
    }
    return of(
        results,
        clusters.all().stream()
            .filter(ClusterFacts::isReached)
            .map(facts -> "%s (%s)".formatted(facts.cluster(), facts.by()))
            .toList(),
        clusters.notLooked(),
        millis);
  }

  /** A Link of the name, and those of its peer back to a cluster that has it. */
  private static List<Link> links(ClusterFacts facts, Clusters clusters, Optional<String> only) {
    return only.map(name ->
            facts.links().stream()
                .filter(link ->
                    link.getMetadata().getName().equals(name)
                        || clusters
                            .find(link.getSpec().cluster())
                            .map(ClusterFacts::links)
                            .orElse(List.of())
                            .stream()
                            .anyMatch(back ->
                                back.getMetadata().getName().equals(name)
                                    && back.getSpec().cluster().equals(facts.cluster())))
                .toList())
        .orElse(facts.links());
  }

  /** The first fatal one; where there is none, the first warning. */
  private static Optional<Result> first(List<Result> ordered) {
    return ordered.stream()
        .filter(Result::isFatal)
        .findFirst()
        .or(() ->
            ordered.stream()
                .filter(result -> result.outcome() == Result.Outcome.FAILED)
                .findFirst());
  }

  Optional<Result> first() {
    return first(results);
  }

  boolean isFatal() {
    return results.stream().anyMatch(Result::isFatal);
  }
}

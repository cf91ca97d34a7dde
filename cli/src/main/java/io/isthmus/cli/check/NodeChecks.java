package io.isthmus.cli.check;

import io.isthmus.api.link.GatewaySurvey;
import io.isthmus.api.link.GatewaySurvey.Met;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.cli.check.NodeSurvey.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the nodes of a cluster met at the gateways of its peers: of each gateway all in one. */
final class NodeChecks {
  private static final int SHOWN = 5;

  private final ClusterFacts facts;
  private final List<Seen> seen;

  private NodeChecks(ClusterFacts facts, List<Seen> seen) {
    this.facts = facts;
    this.seen = seen;
  }

  static void look(ClusterFacts facts, Reading<List<Seen>> survey, Sheet sheet) {
    List<Reading<?>> needs = List.of(survey);
    sheet.check(Check.NODES, needs, () -> new NodeChecks(facts, survey.get()).reached());
    sheet.check(Check.NODE_MTU, needs, () -> new NodeChecks(facts, survey.get()).holes());
  }

  private List<Problem> reached() {
    List<Problem> found = new ArrayList<>();
    byGateway()
        .forEach((gateway, met) -> {
          add(
              found,
              gateway,
              met,
              NodeChecks::unreached,
              "other nodes reach it: firewalls, routes and the CNI of these",
              "no node reaches it: see datapath.* and vip.*");
        });
    for (Seen each : seen) {
      String why =
          each.survey()
              .map(NodeChecks::unknown)
              .orElse("nothing is known of what it reaches: " + each.why());
      if (!why.isEmpty()) {
        found.add(
            new Problem(
                Severity.WARNING,
                "node %s of %s".formatted(each.node(), facts.cluster()),
                why,
                "kubectl describe node %s; the way from it to the control plane"
                    .formatted(each.node())));
      }
    }
    return found;
  }

  private List<Problem> holes() {
    List<Problem> found = new ArrayList<>();
    byGateway()
        .forEach((gateway, met) ->
            add(
                found,
                gateway,
                met,
                Met::blackHole,
                "other nodes' large packets pass: the MTU of these, and of their way out",
                "it is so from every node: the MTU of the way between the clusters"));
    return found;
  }

  private static @Nullable String unreached(Met met) {
    return met.problem() == null || met.blackHole() != null ? null : met.problem().message();
  }

  private static boolean isTried(Met met) {
    return met.problem() == null || !met.problem().reason().equals(LinkStatus.Problem.NOT_TRIED);
  }

  /** What a node that has answered does not tell; empty when it tells all. */
  private static String unknown(GatewaySurvey survey) {
    List<String> lacks = new ArrayList<>();
    survey.gateways().stream()
        .filter(met -> !isTried(met))
        .map(met ->
            "%s of %s was not tried: %s"
                .formatted(
                    met.address(), met.link(), Objects.requireNonNull(met.problem()).message()))
        .forEach(lacks::add);
    if (survey.leftOut() > 0) {
      lacks.add("its answer has no room for %d more gateways".formatted(survey.leftOut()));
    }
    return String.join("; ", lacks);
  }

  /** What each node met that tried it. */
  private Map<String, Map<String, Met>> byGateway() {
    Map<String, Map<String, Met>> all = new TreeMap<>();
    for (Seen each : seen) {
      for (Met met : each.survey().map(GatewaySurvey::gateways).orElse(List.of())) {
        if (isTried(met)) {
          all.computeIfAbsent(
                  "%s of %s".formatted(met.address(), met.link()), fresh -> new TreeMap<>())
              .put(each.node(), met);
        }
      }
    }
    return all;
  }

  private void add(
      List<Problem> found,
      String gateway,
      Map<String, Met> met,
      Function<Met, @Nullable String> fault,
      String whereOthersAreWell,
      String whereNoneIs) {
    Map<String, List<String>> nodes = new TreeMap<>();
    met.forEach((node, each) -> {
      String message = fault.apply(each);
      if (message != null) {
        nodes.computeIfAbsent(message, fresh -> new ArrayList<>()).add(node);
      }
    });
    if (nodes.isEmpty()) {
      return;
    }
    List<String> names = nodes.values().stream().flatMap(List::stream).sorted().toList();
    String seenThere =
        nodes.size() == 1
            ? nodes.keySet().iterator().next()
            : nodes.entrySet().stream()
                .map(each -> each.getValue().getFirst() + ": " + each.getKey())
                .limit(SHOWN)
                .collect(Collectors.joining("; "));
    found.add(
        new Problem(
            Severity.FATAL,
            "gateway %s, from %s nodes of %s: %s"
                .formatted(
                    gateway,
                    names.size() == met.size()
                        ? "all"
                        : "%d of the %d".formatted(names.size(), met.size()),
                    facts.cluster(),
                    shown(names)),
            seenThere,
            met.values().stream().anyMatch(Met::isWell) ? whereOthersAreWell : whereNoneIs));
  }

  private static String shown(List<String> names) {
    return names.size() <= SHOWN
        ? String.join(", ", names)
        : "%s and %d more"
            .formatted(String.join(", ", names.subList(0, SHOWN)), names.size() - SHOWN);
  }
}

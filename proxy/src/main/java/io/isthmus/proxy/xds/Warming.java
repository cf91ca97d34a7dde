package io.isthmus.proxy.xds;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.xds.AdsStream.Answer;
import io.isthmus.proxy.xds.Resources.Held;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step from responses to the configuration. A response that can be read is laid on the
 * candidate; when all references in the candidate are resolved, everything that waits is
 * acknowledged, and the candidate becomes the configuration, at once. A reference may arrive in any
 * order within the warming time, which the owner measures; when it is over, all that waits is
 * refused and the candidate falls back to what was accepted last.
 *
 * <p>The first configuration also waits until Clusters and Listeners were heard once, empty or not.
 */
final class Warming {
  private static final Logger LOG = LoggerFactory.getLogger(Warming.class);

  private final Node node;
  private final ConfigHolder holder;
  private final XdsObserver observer;
  private final ResponseReader reader;
  private final Set<ResourceType> heard = EnumSet.noneOf(ResourceType.class);
  private final List<Answer> waiting = new ArrayList<>();
  private List<Missing> missing = List.of();
  private Resources accepted = Resources.NONE;
  private Resources candidate = Resources.NONE;

  Warming(Node node, ConfigHolder holder, XdsObserver observer) {
    this.node = node;
    this.holder = holder;
    this.observer = observer;
    this.reader = new ResponseReader(node);
  }

  /** On a new stream: what the old one left unresolved is forgotten. */
  void begin(AdsStream stream) {
    waiting.clear();
    missing = List.of();
    candidate = accepted;
    stream.start(node, accepted, wanted());
  }

  /** Whether something waits for a reference. */
  boolean incomplete() {
    return !waiting.isEmpty();
  }

  void take(AdsStream stream, DeltaDiscoveryResponse response) {
    Answer answer = new Answer(response.getTypeUrl(), response.getNonce());
    Optional<ResourceType> type = ResourceType.of(response.getTypeUrl());
    if (type.isEmpty()) {
      refuse(stream, answer, "type_url is \"%s\": not asked for".formatted(answer.typeUrl()));
      return;
    }
    try {
      Map<String, Held> changed = reader.read(type.get(), response);
      Set<String> removed = new HashSet<>(response.getRemovedResourcesList());
      Resources laid = candidate.with(type.get(), changed, removed);
      candidate = laid.only(Subscriptions.of(laid, node.explicitNames()));
    } catch (InvalidResourceException e) {
      refuse(stream, answer, String.valueOf(e.getMessage()));
      return;
    }
    heard.add(type.get());
    waiting.add(answer);
    stream.subscribe(wanted());
    settle(stream, response.getSystemVersionInfo());
  }

  private void settle(AdsStream stream, String version) {
    switch (Assembly.of(candidate, wanted(), version)) {
      case Assembly.Result.Incomplete(List<Missing> references) -> {
        missing = references;
        acknowledgeWhole(stream);
      }
      case Assembly.Result.Complete(MeshConfig config) -> {
        waiting.forEach(stream::acknowledge);
        waiting.clear();
        missing = List.of();
        accepted = candidate;
        reader.remember(accepted);
        if (heard.contains(ResourceType.CLUSTER) && heard.contains(ResourceType.LISTENER)) {
          holder.set(config);
        }
      }
    }
  }

  /**
   * A server may hold the next response of a type back until the last one is answered, and what is
   * missing may be in it. So a type whose own references are resolved is acknowledged at once, and
   * not undone when the warming time is over; the configuration waits all the same.
   */
  private void acknowledgeWhole(AdsStream stream) {
    for (Answer answer : List.copyOf(waiting)) {
      ResourceType type = ResourceType.of(answer.typeUrl()).orElseThrow();
      if (isWhole(type)) {
        stream.acknowledge(answer);
        waiting.remove(answer);
        accepted = accepted.adopting(type, candidate);
      }
    }
  }

  private boolean isWhole(ResourceType type) {
    return switch (type) {
      case ENDPOINTS, SECRET -> true;
      case CLUSTER, ROUTES -> missing.stream().noneMatch(each -> each.referrer() == type);
      case LISTENER -> false;
    };
  }

  /** The warming time is over. */
  void giveUp(AdsStream stream) {
    String reason =
        missing.stream().limit(5).map(Missing::message).collect(Collectors.joining("; "));
    waiting.forEach(answer -> refuse(stream, answer, reason));
    waiting.clear();
    missing = List.of();
    candidate = accepted;
    stream.subscribe(wanted());
  }

  private Subscriptions wanted() {
    return Subscriptions.of(candidate, node.explicitNames());
  }

  private void refuse(AdsStream stream, Answer answer, String reason) {
    LOG.atWarn()
        .addKeyValue("type", answer.typeUrl())
        .addKeyValue("reason", reason)
        .log("configuration refused");
    observer.onRejected(answer.typeUrl(), reason);
    stream.refuse(answer, reason);
  }
}

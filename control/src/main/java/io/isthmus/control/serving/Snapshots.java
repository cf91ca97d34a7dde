package io.isthmus.control.serving;

import io.isthmus.control.resources.Catalog;
import io.isthmus.control.resources.Consistency;
import io.isthmus.control.resources.NodeResources;
import io.isthmus.control.resources.ResourceKind;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.ProxyNode;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The current state and the streams that follow it. Proxies that describe themselves alike share
 * one set of resources; resources that do not hold together are never sent.
 */
public final class Snapshots {
  private final StreamObservers observers;
  private final Set<DeltaStream> streams = new LinkedHashSet<>();
  private final Map<ProxyNode, NodeResources> lastGood = new HashMap<>();
  private Catalog catalog;

  public Snapshots(Catalog first, StreamObservers observers) {
    this.catalog = first;
    this.observers = observers;
  }

  public synchronized ClusterState state() {
    return catalog.state();
  }

  public synchronized List<ProxyNode> nodes() {
    return streams.stream().map(DeltaStream::node).toList();
  }

  /** Who is connected, once for each stream, and what bundles they follow. */
  public synchronized List<Verifier> verifiers() {
    return streams.stream()
        .map(stream -> new Verifier(stream.node(), stream.subscribed(ResourceKind.SECRET)))
        .toList();
  }

  public synchronized void publish(Catalog next) {
    catalog = next;
    Map<ProxyNode, NodeResources> made = new HashMap<>();
    for (DeltaStream stream : streams) {
      stream.offer(made.computeIfAbsent(stream.node(), this::resourcesOf));
    }
  }

  synchronized DeltaStream open(ProxyNode node) {
    DeltaStream stream = new DeltaStream(node, resourcesOf(node), observers);
    streams.add(stream);
    return stream;
  }

  synchronized void close(DeltaStream stream) {
    streams.remove(stream);
    if (streams.stream().noneMatch(other -> other.node().equals(stream.node()))) {
      lastGood.remove(stream.node());
      observers.ended(stream.node());
    }
  }

  private NodeResources resourcesOf(ProxyNode node) {
    NodeResources made = catalog.resourcesOf(node);
    List<String> problems = Consistency.problems(made);
    if (!problems.isEmpty()) {
      observers.inconsistent(node, problems);
      return lastGood.getOrDefault(node, NodeResources.EMPTY);
    }
    lastGood.put(node, made);
    return made;
  }
}

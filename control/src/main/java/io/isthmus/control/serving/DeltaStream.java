package io.isthmus.control.serving;

import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.VersionedResource;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.WatchCancelledException;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.StatusException;
import io.isthmus.control.resources.NodeResources;
import io.isthmus.control.resources.Resource;
import io.isthmus.control.resources.ResourceKind;
import io.isthmus.control.state.ProxyNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The state of one delta stream. The library's server sends, numbers and parses; what is sent is
 * decided here, because the library keeps no record of what a client claimed at its start, of what
 * it refused, or of nonces that nobody gave out.
 *
 * <p>Changes go out in the order of {@link ResourceKind}; what others refer to is taken away only
 * after those others have been taken back. One response of a type is on its way at a time.
 */
final class DeltaStream implements ConfigWatcher, DiscoveryServerCallbacks {
  private final ProxyNode node;
  private final StreamObservers observers;
  private final Map<ResourceKind, Subscription> subscriptions = new EnumMap<>(ResourceKind.class);
  private NodeResources current;

  DeltaStream(ProxyNode node, NodeResources current, StreamObservers observers) {
    this.node = node;
    this.current = current;
    this.observers = observers;
  }

  ProxyNode node() {
    return node;
  }

  /** The names of a type that is asked for by name. */
  synchronized Set<String> subscribed(ResourceKind kind) {
    Subscription subscription = subscriptions.get(kind);
    return subscription == null ? Set.of() : subscription.names();
  }

  /**
   * What the library is to see of a request; nothing when it has no part in it. Throws when it asks
   * for more than {@link StreamLimits}, after which the stream is over.
   */
  synchronized Optional<DeltaDiscoveryRequest> received(
      ResourceKind kind, DeltaDiscoveryRequest request) throws StatusException {
    Subscription subscription =
        subscriptions.computeIfAbsent(kind, k -> new Subscription(k, request));
    subscription.update(request);
    String nonce = request.getResponseNonce();
    if (nonce.isEmpty()) {
      return Optional.of(request);
    }
    if (!subscription.awaits(nonce)) {
      observers.unknownNonce(node, kind);
      boolean asks =
          request.getResourceNamesSubscribeCount() + request.getResourceNamesUnsubscribeCount() > 0;
      return asks
          ? Optional.of(request.toBuilder().clearResponseNonce().clearErrorDetail().build())
          : Optional.empty();
    }
    subscription.settled(nonce);
    if (request.hasErrorDetail()) {
      observers.rejected(node, kind, request.getErrorDetail().getMessage());
    } else {
      observers.accepted(node, kind);
    }
    return Optional.of(request);
  }

  /** A new state of the mesh: sends what changed for this client. */
  synchronized void offer(NodeResources next) {
    current = next;
    pump();
  }

  @Override
  public synchronized DeltaWatch createDeltaWatch(
      DeltaXdsRequest request,
      String version,
      Map<String, String> tracked,
      Set<String> pending,
      boolean isWildcard,
      Consumer<DeltaResponse> responses,
      boolean hasClusterChanged) {
    DeltaWatch watch = new DeltaWatch(request, Map.of(), Set.of(), version, isWildcard, responses);
    ResourceKind.of(request.getTypeUrl())
        .flatMap(kind -> Optional.ofNullable(subscriptions.get(kind)))
        .ifPresent(subscription -> subscription.watch(watch));
    pump();
    return watch;
  }

  private void pump() {
    for (ResourceKind kind : ResourceKind.values()) {
      Subscription subscription = subscriptions.get(kind);
      if (subscription != null) {
        subscription.openWatch().ifPresent(watch -> send(kind, subscription, watch));
      }
    }
  }

  private void send(ResourceKind kind, Subscription subscription, DeltaWatch watch) {
    Subscription.Removals removals =
        kind.isReferred() && referrersAreBusy()
            ? Subscription.Removals.LATER
            : Subscription.Removals.NOW;
    Optional<Subscription.Change> change = subscription.change(current, removals);
    if (change.isEmpty()) {
      return;
    }
    Map<String, VersionedResource<? extends Message>> resources = new TreeMap<>();
    change.get().resources().forEach((name, resource) -> resources.put(name, versioned(resource)));
    subscription.tell(change.get());
    try {
      watch.respond(
          DeltaResponse.create(
              watch.request(),
              resources,
              change.get().removed(),
              Long.toHexString(observers.sent(kind))));
    } catch (WatchCancelledException e) {
      // The stream has ended in between: the next one starts from nothing.
    }
  }

  private static VersionedResource<? extends Message> versioned(Resource resource) {
    return VersionedResource.create(resource.message(), resource.version());
  }

  private boolean referrersAreBusy() {
    for (ResourceKind kind : ResourceKind.values()) {
      Subscription subscription = subscriptions.get(kind);
      if (!kind.isReferred() && subscription != null && subscription.isBusy(current)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized void onV3StreamDeltaResponse(
      long streamId, DeltaDiscoveryRequest request, DeltaDiscoveryResponse response) {
    ResourceKind.of(response.getTypeUrl())
        .flatMap(kind -> Optional.ofNullable(subscriptions.get(kind)))
        .ifPresent(subscription -> subscription.sent(response.getNonce()));
  }

  @Override
  public void onV3StreamDeltaRequest(long streamId, DeltaDiscoveryRequest request) {}

  @Override
  public void onV3StreamRequest(long streamId, DiscoveryRequest request) {}

  /** State-of-the-world streams are not served, so nobody asks for this. */
  @Override
  public Watch createWatch(
      boolean ads,
      XdsRequest request,
      Set<String> known,
      Consumer<Response> responses,
      boolean hasClusterChanged,
      boolean allowDefaultEmptyEdsUpdate) {
    throw new UnsupportedOperationException("only delta streams are served");
  }
}

package io.isthmus.proxy.xds;

import com.google.rpc.Status;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One delta stream: what was asked for on it, and the answers' acknowledgements. Confined to the
 * loop; {@code node} rides on the first request only.
 */
final class AdsStream {
  static final MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> METHOD =
      MethodDescriptor.<DeltaDiscoveryRequest, DeltaDiscoveryResponse>newBuilder()
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName(
              MethodDescriptor.generateFullMethodName(
                  "envoy.service.discovery.v3.AggregatedDiscoveryService",
                  "DeltaAggregatedResources"))
          .setRequestMarshaller(
              ProtoLiteUtils.marshaller(DeltaDiscoveryRequest.getDefaultInstance()))
          .setResponseMarshaller(
              ProtoLiteUtils.marshaller(DeltaDiscoveryResponse.getDefaultInstance()))
          .build();

  private static final int INVALID_ARGUMENT = 3;

  private final ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call;
  private final Map<ResourceType, Set<String>> subscribed = new EnumMap<>(ResourceType.class);
  private final StreamObserver<DeltaDiscoveryRequest> requests;

  AdsStream(
      Channel channel, CallOptions options, StreamObserver<DeltaDiscoveryResponse> responses) {
    this.call = channel.newCall(METHOD, options);
    this.requests = ClientCalls.asyncBidiStreamingCall(call, responses);
  }

  /** Asks for everything, and says what is still held from before, so that removals are told. */
  void start(Node node, Resources held, Subscriptions wanted) {
    DeltaDiscoveryRequest.Builder request =
        DeltaDiscoveryRequest.newBuilder().setNode(node.message());
    for (ResourceType type : ResourceType.values()) {
      Set<String> names = wanted.of(type);
      if (type.wildcard() || !names.isEmpty()) {
        requests.onNext(
            request
                .setTypeUrl(type.typeUrl())
                .addAllResourceNamesSubscribe(names)
                .putAllInitialResourceVersions(held.versions(type))
                .build());
        subscribed.put(type, Set.copyOf(names));
        request = DeltaDiscoveryRequest.newBuilder();
      }
    }
  }

  /** Tells the difference to what was asked for so far. */
  void subscribe(Subscriptions wanted) {
    for (ResourceType type : ResourceType.values()) {
      if (type.wildcard()) {
        continue;
      }
      Set<String> before = subscribed.getOrDefault(type, Set.of());
      Set<String> added = new TreeSet<>(wanted.of(type));
      added.removeAll(before);
      Set<String> dropped = new TreeSet<>(before);
      dropped.removeAll(wanted.of(type));
      if (!added.isEmpty() || !dropped.isEmpty()) {
        requests.onNext(
            DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(type.typeUrl())
                .addAllResourceNamesSubscribe(added)
                .addAllResourceNamesUnsubscribe(dropped)
                .build());
        subscribed.put(type, new HashSet<>(wanted.of(type)));
      }
    }
  }

  void acknowledge(Answer answer) {
    requests.onNext(reply(answer).build());
  }

  void refuse(Answer answer, String reason) {
    requests.onNext(
        reply(answer)
            .setErrorDetail(Status.newBuilder().setCode(INVALID_ARGUMENT).setMessage(reason))
            .build());
  }

  /** What has to be acknowledged, or refused. */
  record Answer(String typeUrl, String nonce) {}

  private static DeltaDiscoveryRequest.Builder reply(Answer answer) {
    return DeltaDiscoveryRequest.newBuilder()
        .setTypeUrl(answer.typeUrl())
        .setResponseNonce(answer.nonce());
  }

  void cancel(String reason) {
    call.cancel(reason, null);
  }
}

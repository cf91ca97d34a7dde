package io.isthmus.proxy.xds;

import com.google.protobuf.Any;
import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The server's side of delta streams: remembers what it was asked, and says what a test says. */
final class FakeAds {
  final List<DeltaDiscoveryRequest> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicInteger nonces = new AtomicInteger();
  private volatile @Nullable StreamObserver<DeltaDiscoveryResponse> stream;

  ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("envoy.service.discovery.v3.AggregatedDiscoveryService")
        .addMethod(AdsStream.METHOD, ServerCalls.asyncBidiStreamingCall(this::accept))
        .build();
  }

  private StreamObserver<DeltaDiscoveryRequest> accept(
      StreamObserver<DeltaDiscoveryResponse> responses) {
    stream = responses;
    streams.incrementAndGet();
    return new StreamObserver<>() {
      @Override
      public void onNext(DeltaDiscoveryRequest request) {
        requests.add(request);
      }

      @Override
      public void onError(Throwable error) {
        // the client went away
      }

      @Override
      public void onCompleted() {
        responses.onCompleted();
      }
    };
  }

  int streams() {
    return streams.get();
  }

  boolean asked(ResourceType type) {
    return requests.stream().anyMatch(request -> request.getTypeUrl().equals(type.typeUrl()));
  }

  String send(ResourceType type, Map<String, ? extends MessageLite> resources, String... removed) {
    String nonce = "n" + nonces.incrementAndGet();
    DeltaDiscoveryResponse.Builder response =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(type.typeUrl())
            .setNonce(nonce)
            .setSystemVersionInfo(nonce)
            .addAllRemovedResources(List.of(removed));
    resources.forEach((name, message) ->
        response.addResources(
            io.envoyproxy.envoy.service.discovery.v3.Resource.newBuilder()
                .setName(name)
                .setVersion(nonce)
                .setResource(
                    Any.newBuilder().setTypeUrl(type.typeUrl()).setValue(message.toByteString()))));
    StreamObserver<DeltaDiscoveryResponse> open = stream;
    if (open == null) {
      throw new IllegalStateException("no stream");
    }
    open.onNext(response.build());
    return nonce;
  }

  boolean acknowledged(String nonce) {
    return requests.stream()
        .anyMatch(request -> request.getResponseNonce().equals(nonce) && !request.hasErrorDetail());
  }

  /** The reason, once there is one; empty before. */
  String refusal(String nonce) {
    return requests.stream()
        .filter(request -> request.getResponseNonce().equals(nonce) && request.hasErrorDetail())
        .map(request -> request.getErrorDetail().getMessage())
        .findFirst()
        .orElse("");
  }
}

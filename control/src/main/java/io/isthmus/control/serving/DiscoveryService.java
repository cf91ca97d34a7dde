package io.isthmus.control.serving;

import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.SpiffeId;
import io.isthmus.control.identity.Caller;
import io.isthmus.control.resources.ResourceKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delta ADS. Each stream gets a server of the library of its own, with its own state behind it. */
public final class DiscoveryService
    extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryService.class);

  private final Snapshots snapshots;

  public DiscoveryService(Snapshots snapshots) {
    this.snapshots = snapshots;
  }

  @Override
  public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
      StreamObserver<DeltaDiscoveryResponse> responses) {
    return new Requests(Caller.current().id(), responses);
  }

  /** Hides from the library that the call could be given a handler, for which it is too late. */
  private record Plain(StreamObserver<DeltaDiscoveryResponse> call)
      implements StreamObserver<DeltaDiscoveryResponse> {
    @Override
    public void onNext(DeltaDiscoveryResponse response) {
      call.onNext(response);
    }

    @Override
    public void onError(Throwable error) {
      call.onError(error);
    }

    @Override
    public void onCompleted() {
      call.onCompleted();
    }
  }

  /** The requests of one stream; gRPC calls it from one thread at a time. */
  private final class Requests implements StreamObserver<DeltaDiscoveryRequest> {
    private final SpiffeId caller;
    private final ClientConnection connection = ClientConnection.current();
    private final StreamObserver<DeltaDiscoveryResponse> responses;
    private @Nullable Open open;
    private boolean ended;

    Requests(SpiffeId caller, StreamObserver<DeltaDiscoveryResponse> responses) {
      this.caller = caller;
      this.responses = new Plain(responses);
      // Here, because gRPC allows it only before the first request, when the library is not there.
      ((ServerCallStreamObserver<DeltaDiscoveryResponse>) responses).setOnCancelHandler(this::end);
    }

    private record Open(DeltaStream stream, StreamObserver<DeltaDiscoveryRequest> library) {}

    @Override
    public void onNext(DeltaDiscoveryRequest request) {
      if (ended) {
        return;
      }
      try {
        Open stream = open;
        if (stream == null) {
          stream = start(request);
          open = stream;
        }
        Optional<DeltaDiscoveryRequest> forLibrary =
            stream.stream().received(kind(request), request);
        forLibrary.ifPresent(stream.library()::onNext);
      } catch (StatusException e) {
        LOG.atInfo()
            .addKeyValue("id", caller)
            .addKeyValue("reason", e.getStatus().getDescription())
            .log("stream refused");
        end();
        responses.onError(e);
      }
    }

    private Open start(DeltaDiscoveryRequest first) throws StatusException {
      DeltaStream stream =
          snapshots.open(new NodeCheck(snapshots.state(), caller).check(first.getNode()));
      connection.opened(stream.node());
      LOG.atInfo()
          .addKeyValue("id", caller)
          .addKeyValue("pod", stream.node().pod())
          .log("proxy connected");
      return new Open(
          stream,
          new V3DiscoveryServer(stream, stream)
              .getAggregatedDiscoveryServiceImpl()
              .deltaAggregatedResources(responses));
    }

    private static ResourceKind kind(DeltaDiscoveryRequest request) throws StatusException {
      return ResourceKind.of(request.getTypeUrl())
          .orElseThrow(() ->
              Status.INVALID_ARGUMENT
                  .withDescription("type " + request.getTypeUrl() + " is not served")
                  .asException());
    }

    @Override
    public void onError(Throwable error) {
      end();
    }

    @Override
    public void onCompleted() {
      if (!ended) {
        end();
        responses.onCompleted();
      }
    }

    private void end() {
      ended = true;
      Open stream = open;
      if (stream != null) {
        connection.closed(stream.stream().node());
        snapshots.close(stream.stream());
        LOG.atInfo()
            .addKeyValue("id", caller)
            .addKeyValue("pod", stream.stream().node().pod())
            .log("proxy disconnected");
        open = null;
      }
    }
  }
}

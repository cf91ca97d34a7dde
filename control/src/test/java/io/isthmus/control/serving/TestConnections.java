package io.isthmus.control.serving;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.isthmus.control.state.ProxyNode;

/** In place of a discovery stream. */
public final class TestConnections {
  private TestConnections() {}

  /** As if a discovery stream of {@code node} were open on each connection. */
  public static ServerInterceptor allAreOf(ProxyNode node) {
    return new ServerInterceptor() {
      @Override
      public <A, B> ServerCall.Listener<A> interceptCall(
          ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        ClientConnection.current().opened(node);
        return next.startCall(call, headers);
      }
    };
  }
}

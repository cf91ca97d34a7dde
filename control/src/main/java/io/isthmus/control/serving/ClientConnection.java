package io.isthmus.control.serving;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.isthmus.control.state.ProxyNode;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client, which its calls share: what one of them proved of the client's Pod
 * holds for the others. Any thread.
 */
public final class ClientConnection {
  private static final Attributes.Key<ClientConnection> ATTRIBUTE =
      Attributes.Key.create("isthmus.connection");
  private static final Context.Key<ClientConnection> KEY = Context.key("connection");

  private final AtomicReference<@Nullable ProxyNode> node = new AtomicReference<>();

  ClientConnection() {}

  /** Gives each connection of a server its own. */
  public static ServerTransportFilter filter() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes transport) {
        return transport.toBuilder().set(ATTRIBUTE, new ClientConnection()).build();
      }
    };
  }

  /** Lets calls ask for {@link #current}. */
  public static ServerInterceptor interceptor() {
    return new ServerInterceptor() {
      @Override
      public <A, B> ServerCall.Listener<A> interceptCall(
          ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        return Contexts.interceptCall(
            Context.current().withValue(KEY, call.getAttributes().get(ATTRIBUTE)),
            call,
            headers,
            next);
      }
    };
  }

  /** That of the current gRPC call; only inside one. */
  public static ClientConnection current() {
    ClientConnection connection = KEY.get();
    if (connection == null) {
      throw new IllegalStateException("no connection of a call: the filter is missing");
    }
    return connection;
  }

  /** Whose discovery stream is open on it. */
  public Optional<ProxyNode> node() {
    return Optional.ofNullable(node.get());
  }

  void opened(ProxyNode described) {
    node.set(described);
  }

  void closed(ProxyNode described) {
    node.compareAndSet(described, null);
  }
}

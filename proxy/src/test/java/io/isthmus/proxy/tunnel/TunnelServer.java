package io.isthmus.proxy.tunnel;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Svid;
import io.isthmus.proxy.hbone.ConnectHandler;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TrustMaterial;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real server of tunnels on loopback. What it does with a stream is in the authority: {@code
 * echo}, {@code refuse} (503), {@code silent} (no answer), {@code stuck} (200, but takes nothing).
 */
final class TunnelServer implements AutoCloseable {
  private final HboneServer server;
  private final TlsContexts contexts;
  private final InetSocketAddress address;
  final MemoryBudget budget = new MemoryBudget(MemoryBudget.DEFAULT_BYTES);
  final List<Caller> callers = new CopyOnWriteArrayList<>();
  final List<TunnelStream> streams = new CopyOnWriteArrayList<>();
  final List<StreamEnd> ends = new CopyOnWriteArrayList<>();
  final List<AcceptRefusal> refusals = new CopyOnWriteArrayList<>();

  TunnelServer(EventLoopGroup loops, TrustMaterial trust, HandshakeObserver handshakes, int port) {
    this(loops, trust, handshakes, new Listening(port, ServerSettings.DEFAULT));
  }

  /** Where, and what it may cost. */
  record Listening(int port, ServerSettings settings) {}

  TunnelServer(
      EventLoopGroup loops,
      TrustMaterial trust,
      HandshakeObserver handshakes,
      Listening listening) {
    contexts = new TlsContexts(InstantSource.system(), handshakes);
    contexts.update(trust);
    server =
        new HboneServer(
            contexts,
            budget,
            new HboneServer.Service(this::handlerFor, new Accepts()),
            listening.settings());
    address =
        (InetSocketAddress)
            server
                .bind(loops, new InetSocketAddress("127.0.0.1", listening.port()))
                .syncUninterruptibly()
                .channel()
                .localAddress();
  }

  static TrustMaterial trust(Svid svid, BundleSet bundles) {
    return new TrustMaterial(svid, bundles, bundles.trustDomains());
  }

  InetSocketAddress address() {
    return address;
  }

  TlsContexts contexts() {
    return contexts;
  }

  HboneServer server() {
    return server;
  }

  void trust(TrustMaterial material) {
    contexts.update(material);
  }

  private ConnectHandler handlerFor(Caller caller) {
    callers.add(caller);
    return (stream, request) -> answer(stream, request);
  }

  private StreamListener answer(TunnelStream stream, ConnectRequest request) {
    streams.add(stream);
    String what = request.authority().substring(0, request.authority().indexOf(':'));
    switch (what) {
      case "silent" -> {}
      case "refuse" -> stream.eventLoop().execute(() -> stream.respond(503));
      default -> stream.eventLoop().execute(() -> stream.respond(200));
    }
    return new Echo(stream, what.equals("stuck"), ends);
  }

  @Override
  public void close() {
    server.drain(Duration.ZERO).awaitUninterruptibly(5000);
    contexts.close();
  }

  private record Echo(TunnelStream stream, boolean stuck, List<StreamEnd> ends)
      implements StreamListener {
    @Override
    public void onResponse(int status, Http2Headers headers) {}

    @Override
    public void onData(ByteBuf data) {
      int bytes = data.readableBytes();
      if (stuck) {
        data.release(); // without giving credit back
      } else {
        stream.write(data);
        stream.consumed(bytes);
      }
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onRemoteEnd() {
      stream.end();
    }

    @Override
    public void onWritabilityChanged() {}

    @Override
    public void onClosed(StreamEnd end) {
      ends.add(end);
    }
  }

  private final class Accepts implements AcceptObserver {
    @Override
    public void onOpened(Caller caller) {}

    @Override
    public void onClosed(Caller caller) {}

    @Override
    public void onRefused(AcceptRefusal reason) {
      refusals.add(reason);
    }
  }
}

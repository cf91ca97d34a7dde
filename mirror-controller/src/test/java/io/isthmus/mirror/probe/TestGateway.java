package io.isthmus.mirror.probe;

import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.GatewayAddress;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TrustMaterial;
import io.isthmus.proxy.transport.Transport;
import io.isthmus.proxy.tunnel.AcceptObserver;
import io.isthmus.proxy.tunnel.Caller;
import io.isthmus.proxy.tunnel.HboneServer;
import io.isthmus.proxy.tunnel.ServerSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A real server of tunnels in east that answers as a gateway does, and the SVID of who probes it.
 */
final class TestGateway implements AutoCloseable {
  private static final TestCa WEST = TestCa.create("west.example");
  private static final TestCa EAST = TestCa.create("east.example");
  private static final String SYSTEM = ObjectNames.SYSTEM_NAMESPACE;

  private final EventLoopGroup loops = Transport.ofThisPlatform().eventLoops(1, "gateway");
  private final TlsContexts contexts =
      new TlsContexts(InstantSource.system(), HandshakeObserver.none());
  final AtomicInteger connections = new AtomicInteger();
  final AtomicBoolean isSilent = new AtomicBoolean();
  final List<String> callers = new CopyOnWriteArrayList<>();
  final List<String> authorities = new CopyOnWriteArrayList<>();
  private final GatewayAddress address;

  TestGateway() {
    BundleSet bundles = BundleSet.of(WEST.bundle(), EAST.bundle());
    contexts.update(
        new TrustMaterial(EAST.svid(SYSTEM, "isthmus-gateway"), bundles, bundles.trustDomains()));
    HboneServer server =
        new HboneServer(
            contexts,
            new MemoryBudget(MemoryBudget.DEFAULT_BYTES),
            new HboneServer.Service(
                caller -> {
                  connections.incrementAndGet();
                  return (stream, request) -> accept(caller, stream, request);
                },
                AcceptObserver.none()),
            ServerSettings.DEFAULT);
    var bound =
        server.bind(loops, new InetSocketAddress("127.0.0.1", 0)).syncUninterruptibly().channel();
    address = new GatewayAddress("127.0.0.1", ((InetSocketAddress) bound.localAddress()).getPort());
  }

  static SvidSource prober() {
    return new FixedIdentity(WEST.svid(SYSTEM, "isthmus-mirror-controller"));
  }

  ProbeTarget target(String account) {
    return at(address, account);
  }

  static ProbeTarget at(GatewayAddress address, String account) {
    return new ProbeTarget(
        address, SpiffeId.workload(EAST.trustDomain(), SYSTEM, account), EAST.bundle());
  }

  private StreamListener accept(Caller caller, TunnelStream stream, ConnectRequest request) {
    callers.add(caller.peer().id().toString());
    authorities.add(request.authority());
    if (!isSilent.get()) {
      stream.respond(200);
    }
    return new Echo(stream);
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    contexts.close();
  }

  private record FixedIdentity(Svid svid) implements SvidSource {
    @Override
    public Optional<Svid> current() {
      return Optional.of(svid);
    }

    @Override
    public AutoCloseable subscribe(Consumer<Svid> subscriber) {
      return () -> {};
    }
  }

  /** As a gateway answers its probe authority: bytes come back, END_STREAM for END_STREAM. */
  private record Echo(TunnelStream stream) implements StreamListener {
    @Override
    public void onResponse(int status, Http2Headers headers) {}

    @Override
    public void onData(ByteBuf data) {
      stream.consumed(data.readableBytes());
      stream.write(data);
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
    public void onClosed(StreamEnd end) {}
  }
}

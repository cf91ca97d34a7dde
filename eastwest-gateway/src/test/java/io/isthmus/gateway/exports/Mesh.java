package io.isthmus.gateway.exports;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.accesslog.AccessLogEntry;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.canary.CanaryAnswers;
import io.isthmus.proxy.canary.Patience;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.config.TunnelMode;
import io.isthmus.proxy.config.UnmeshedPolicy;
import io.isthmus.proxy.drain.Connections;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.metrics.ConnectionMetrics;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TrustMaterial;
import io.isthmus.proxy.transport.Transport;
import io.isthmus.proxy.tunnel.AcceptObserver;
import io.isthmus.proxy.tunnel.Caller;
import io.isthmus.proxy.tunnel.CallerHandlers;
import io.isthmus.proxy.tunnel.HboneServer;
import io.isthmus.proxy.tunnel.OpenTunnel;
import io.isthmus.proxy.tunnel.PooledTunnelDialer;
import io.isthmus.proxy.tunnel.ServerSettings;
import io.isthmus.proxy.tunnel.TunnelDialer;
import io.isthmus.proxy.tunnel.TunnelObserver;
import io.isthmus.proxy.tunnel.TunnelSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A caller in west, a gateway of east and a destination behind it, on loopback, all real. */
final class Mesh implements AutoCloseable {
  static final String HELLO = "hello.shop.svc.cluster.local:80";
  static final String POD = "127.77.0.10";

  final TestCa west = TestCa.create("west.test");
  final TestCa east = TestCa.create("east.test");
  final BundleSet bundles = BundleSet.of(west.bundle(), east.bundle());
  final Svid web = west.svid("shop", "web");
  final Svid gateway = east.svid("isthmus-system", "isthmus-gateway");
  final Svid hello = east.svid("shop", "hello");
  final List<AccessLogEntry> log = new CopyOnWriteArrayList<>();
  final List<Caller> callers = new CopyOnWriteArrayList<>();
  final List<ConnectRequest> requests = new CopyOnWriteArrayList<>();
  final ConfigHolder config = new ConfigHolder(InstantSource.system());
  final Connections connections = new Connections();
  final EventLoopGroup loops = Transport.ofThisPlatform().eventLoops(2, "mesh");
  final EventLoop loop = loops.next();
  final MemoryBudget budget = new MemoryBudget(MemoryBudget.DEFAULT_BYTES);
  private final List<AutoCloseable> toClose = new ArrayList<>();
  final HboneServer gatewayServer;
  final InetSocketAddress gatewayAddress;
  final HboneServer destinationServer;
  final PooledTunnelDialer caller;

  Mesh(InetSocketAddress destination) {
    gatewayServer = server(gateway, exportHandlers());
    gatewayAddress = bind(gatewayServer, new InetSocketAddress("127.0.0.1", 0));
    destinationServer = server(hello, this::destination);
    bind(destinationServer, destination);
    caller = dialer(web);
  }

  private TlsContexts contexts(Svid svid) {
    TlsContexts contexts = new TlsContexts(InstantSource.system(), HandshakeObserver.none());
    contexts.update(
        new TrustMaterial(svid, bundles, Set.of(west.trustDomain(), east.trustDomain())));
    toClose.addFirst(contexts);
    return contexts;
  }

  PooledTunnelDialer dialer(Svid svid) {
    PooledTunnelDialer dialer =
        new PooledTunnelDialer(
            contexts(svid), budget, TunnelSettings.DEFAULT, TunnelObserver.none());
    toClose.addFirst(dialer);
    return dialer;
  }

  private ExportHandlers exportHandlers() {
    Recorder recorder =
        new Recorder(log::add, ConnectionMetrics.none(), InstantSource.system(), "east");
    Targets targets =
        new Targets(dialer(gateway), Transport.ofThisPlatform().connector(Duration.ofSeconds(2)));
    return new ExportHandlers(
        config,
        new ExportHandlers.Answers(targets, new CanaryAnswers(contexts(gateway), Patience.DEFAULT)),
        connections,
        recorder);
  }

  private HboneServer server(Svid svid, CallerHandlers handlers) {
    HboneServer server =
        new HboneServer(
            contexts(svid),
            budget,
            new HboneServer.Service(handlers, AcceptObserver.none()),
            ServerSettings.DEFAULT);
    toClose.addFirst(() -> server.drain(Duration.ZERO).await(2, TimeUnit.SECONDS));
    return server;
  }

  private InetSocketAddress bind(HboneServer server, InetSocketAddress address) {
    return (InetSocketAddress)
        server.bind(loops, address).syncUninterruptibly().channel().localAddress();
  }

  private io.isthmus.proxy.hbone.ConnectHandler destination(Caller who) {
    callers.add(who);
    return (stream, request) -> {
      requests.add(request);
      stream.eventLoop().execute(() -> stream.respond(200));
      return new ProbeEcho(stream);
    };
  }

  void exports(TunnelMode mode, UnmeshedPolicy unmeshed, Endpoint... endpoints) {
    String name = "outbound/shop/hello/80";
    config.set(
        new MeshConfig(
            "1",
            Map.of(),
            Map.of(),
            Map.of(
                name,
                new Cluster(
                    name,
                    new ServiceName("shop", "hello", 80, Optional.empty()),
                    List.of(endpoints))),
            new Inbound(
                Map.of(west.trustDomain(), "west"),
                Map.of(
                    HELLO,
                    new InboundRoute(HELLO, name, Set.of(west.trustDomain()), mode, unmeshed))),
            bundles));
  }

  Endpoint meshed(String ip) {
    return new Endpoint(
        new InetSocketAddress(ip, 80),
        new Tunnel.Hbone(ip + ":80", ExpectedPeer.Exact.of(hello.id())),
        true);
  }

  /** The mirrored service's endpoint, as west sees it. */
  Endpoint remote(String authority, boolean endToEnd) {
    return new Endpoint(
        gatewayAddress,
        new Tunnel.Gateway(
            authority,
            ExpectedPeer.Exact.of(gateway.id()),
            endToEnd
                ? Optional.of(new ExpectedPeer.InNamespace(east.trustDomain(), "shop"))
                : Optional.empty()),
        true);
  }

  OpenTunnel<App> open(Endpoint endpoint) throws Exception {
    return dial(endpoint).get(10, TimeUnit.SECONDS);
  }

  Throwable failure(Endpoint endpoint) {
    return dial(endpoint).awaitUninterruptibly().cause();
  }

  Future<OpenTunnel<App>> dial(Endpoint endpoint) {
    return caller.dial(endpoint, TunnelDialer.requestTo(endpoint, Map.of()), App::new, loop);
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
  }

  /** The application's end of a tunnel. */
  static final class App implements StreamListener {
    private final TunnelStream stream;
    private final StringBuffer text = new StringBuffer();
    final CompletableFuture<StreamEnd> end = new CompletableFuture<>();

    App(TunnelStream stream) {
      this.stream = stream;
    }

    App write(String message) {
      stream
          .eventLoop()
          .execute(() -> stream.write(Unpooled.copiedBuffer(message, StandardCharsets.US_ASCII)));
      return this;
    }

    App finish() {
      stream.eventLoop().execute(stream::end);
      return this;
    }

    String text() {
      return text.toString();
    }

    @Override
    public void onResponse(int status, Http2Headers headers) {}

    @Override
    public void onData(ByteBuf data) {
      int bytes = data.readableBytes();
      text.append(data.toString(StandardCharsets.US_ASCII));
      data.release();
      stream.consumed(bytes);
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onRemoteEnd() {}

    @Override
    public void onWritabilityChanged() {}

    @Override
    public void onClosed(StreamEnd why) {
      end.complete(why);
    }
  }
}

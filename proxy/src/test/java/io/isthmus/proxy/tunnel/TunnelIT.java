package io.isthmus.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.VerifiedPeer;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tls.HandshakeListener;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsRole;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TunnelIT {
  private final TestCa west = TestCa.create("west.test");
  private final TestCa east = TestCa.create("east.test");
  private final TestCa north = TestCa.create("north.test");
  private final BundleSet linked = BundleSet.of(west.bundle(), east.bundle());
  private final Svid web = west.svid("shop", "web");
  private final SpiffeId gateway = east.id("isthmus-system", "isthmus-gateway");
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final AtomicInteger accepted = new AtomicInteger();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final HandshakeObserver atServer =
      new HandshakeObserver() {
        @Override
        public void onSucceeded(TlsRole role, Duration took) {
          accepted.incrementAndGet();
        }

        @Override
        public void onFailed(TlsRole role, HandshakeFailure failure) {
          refused.add(failure.reason());
        }
      };
  private final TunnelServer server = server(0);
  private final MemoryBudget budget = new MemoryBudget(MemoryBudget.DEFAULT_BYTES);
  private final TlsContexts contexts =
      new TlsContexts(InstantSource.system(), HandshakeObserver.none());
  private PooledTunnelDialer dialer = dialer(TunnelSettings.DEFAULT);

  TunnelIT() {
    contexts.update(TunnelServer.trust(web, linked));
  }

  private TunnelServer server(int port) {
    Svid svid = east.svid("isthmus-system", "isthmus-gateway");
    return new TunnelServer(loops, TunnelServer.trust(svid, linked), atServer, port);
  }

  private PooledTunnelDialer dialer(TunnelSettings settings) {
    return new PooledTunnelDialer(contexts, budget, settings, TunnelObserver.none());
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    dialer.close();
    // A moment of quiet: a loop that ends at once frees no engine of a handshake under way.
    loops.shutdownGracefully(50, 2_000, TimeUnit.MILLISECONDS).sync();
    contexts.close();
  }

  private Endpoint to(InetSocketAddress address, String authority, SpiffeId expected) {
    return new Endpoint(
        address,
        new Tunnel.Gateway(authority, ExpectedPeer.Exact.of(expected), Optional.empty()),
        true);
  }

  private Endpoint to(String authority) {
    return to(server.address(), authority, gateway);
  }

  private Future<OpenTunnel<Received>> dial(Endpoint endpoint) {
    return dialer.dial(endpoint, TunnelDialer.requestTo(endpoint, Map.of()), Received::new, loop);
  }

  private OpenTunnel<Received> open(Endpoint endpoint) throws Exception {
    return dial(endpoint).get(10, TimeUnit.SECONDS);
  }

  private TunnelError errorOf(Endpoint endpoint) {
    Future<OpenTunnel<Received>> dialled = dial(endpoint).awaitUninterruptibly();
    assertThat(dialled.cause()).isInstanceOf(TunnelException.class);
    return ((TunnelException) dialled.cause()).error();
  }

  @Test
  void carriesBytesAndHalfCloseToAPeerOfVerifiedIdentity() throws Exception {
    OpenTunnel<Received> tunnel = open(to("echo:80"));
    assertThat(tunnel.peer().id()).isEqualTo(gateway);
    tunnel.listener().write("hello");
    tunnel.listener().end();
    assertThat(tunnel.listener().end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    assertThat(tunnel.listener().text()).isEqualTo("hello");
    assertThat(server.callers.getFirst().peer().id()).isEqualTo(web.id());
  }

  @Test
  void fiftySimultaneousConnectsMakeOneHandshake() throws Exception {
    List<Future<OpenTunnel<Received>>> dialled = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      dialled.add(dial(to("echo:80")));
    }
    for (Future<OpenTunnel<Received>> one : dialled) {
      one.get(10, TimeUnit.SECONDS);
    }
    assertThat(accepted).hasValue(1);
    assertThat(server.streams).hasSize(50);
  }

  @Test
  void aFullConnectionGetsASecondOneBesideIt() throws Exception {
    for (int i = 0; i < 101; i++) {
      open(to("echo:80"));
    }
    assertThat(accepted).hasValue(2);
  }

  @Test
  void aSlowHandshakeBlocksNoOtherPeer() throws Exception {
    try (java.net.ServerSocket silent = silent()) {
      Future<OpenTunnel<Received>> slow = dial(to(silent));
      open(to("echo:80"));
      assertThat(slow.isDone()).isFalse();
    }
  }

  /** Accepts connections and never says a word. */
  private java.net.ServerSocket silent() throws java.io.IOException {
    return new java.net.ServerSocket(0, 10, java.net.InetAddress.getLoopbackAddress());
  }

  private Endpoint to(java.net.ServerSocket silent) {
    return to((InetSocketAddress) silent.getLocalSocketAddress(), "echo:80", gateway);
  }

  @Test
  void closingGivesUpWhatIsBeingDialled() throws Exception {
    try (java.net.ServerSocket silent = silent()) {
      Future<OpenTunnel<Received>> dialled = dial(to(silent));
      silent.accept();
      dialer.close();
      assertThat(dialled.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(dialled.cause()).hasMessageContaining("ended before it could be used");
      assertThat(budget.grants()).isZero();
    }
  }

  @Test
  void drainingServesWhoWaitsForADialFirst() throws Exception {
    // on the loop: what is asked for from elsewhere may reach the pool after the drain
    Future<OpenTunnel<Received>> dialled = loop.submit(() -> dial(to("echo:80"))).get();
    dialer.drain();
    Received app = dialled.get(5, TimeUnit.SECONDS).listener();
    app.write("served");
    app.end();
    assertThat(app.end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    assertThat(app.text()).isEqualTo("served");
    await().untilAsserted(() -> assertThat(budget.grants()).as("the connection left").isZero());
  }

  @Test
  void whoWaitsForADialThatIsUnderWayWhenTrustChangesIsServedByANewerOne() throws Exception {
    try (Gate gate = new Gate(server.address())) {
      Future<OpenTunnel<Received>> dialled = dial(to(gate.address(), "echo:80", gateway));
      gate.awaitConnections(1); // dialled on the first generation, its handshake held
      contexts.update(TunnelServer.trust(west.svid("shop", "web"), linked));
      gate.awaitConnections(2);
      gate.open();
      Received app = dialled.get(5, TimeUnit.SECONDS).listener();
      app.write("newer");
      await().until(() -> app.text().equals("newer"));
      await()
          .untilAsserted(() -> assertThat(budget.grants()).as("the older one left").isEqualTo(1));
      assertThat(server.streams).as("none on the older one").hasSize(1);
      assertThat(refused).as("no handshake is broken off").isEmpty();
    }
  }

  @Test
  void aDialThatIsUnderWayWhenItsPeerIsRevokedServesNobody() throws Exception {
    try (Gate gate = new Gate(server.address())) {
      Future<OpenTunnel<Received>> dialled = dial(to(gate.address(), "echo:80", gateway));
      gate.awaitConnections(1);
      contexts.update(
          TunnelServer.trust(
              web, BundleSet.of(west.bundle(), TestCa.create("east.test").bundle())));
      gate.open();
      assertThat(dialled.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(dialled.cause()).hasMessageContaining("no mTLS with");
      await().untilAsserted(() -> assertThat(budget.grants()).isZero());
      assertThat(server.streams).isEmpty();
    }
  }

  @Test
  void whoIsServedByAConnectionThatIsCutIsServedOnCurrentTrustAfterwards() throws Exception {
    Future<OpenTunnel<Received>> pending = dial(to("silent:80"));
    await().until(() -> server.streams.size() == 1);
    contexts.update(
        TunnelServer.trust(web, BundleSet.of(west.bundle(), TestCa.create("east.test").bundle())));
    assertThat(pending.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(pending.cause()).as("dialled again, on the new trust").hasMessageContaining("mTLS");
    await().untilAsserted(() -> assertThat(budget.grants()).isZero());
  }

  @Test
  void saysWhichIdentityWasFoundWhenItIsNotTheExpectedOne() {
    TunnelError error = errorOf(to(server.address(), "echo:80", east.id("shop", "hello")));
    assertThat(error)
        .isInstanceOfSatisfying(
            TunnelError.HandshakeFailed.class,
            failed -> assertThat(failed.failure().reason()).isEqualTo("peer_unexpected_id"));
    assertThat(error.message())
        .contains(gateway.toString(), "expected spiffe://east.test/ns/shop/sa/hello");
  }

  @Test
  void aCallerOfAnUnlinkedTrustDomainIsRefusedInTls() {
    contexts.update(
        TunnelServer.trust(north.svid("shop", "web"), BundleSet.of(north.bundle(), east.bundle())));
    TunnelError error = errorOf(to("echo:80"));
    assertThat(error.message()).contains("refused the handshake with alert");
    assertThat(refused).containsExactly("peer_unknown_trust_domain");
    assertThat(server.streams).isEmpty();
  }

  @Test
  void allWhoWaitHearWhyThereIsNoConnection() throws Exception {
    InetSocketAddress closed;
    try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
      closed = new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }
    List<Future<OpenTunnel<Received>>> dialled = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      dialled.add(dial(to(closed, "echo:80", gateway)));
    }
    assertThat(dialled)
        .allSatisfy(one ->
            assertThat(one.awaitUninterruptibly().cause())
                .hasMessageContaining("no TCP connection to /127.0.0.1:" + closed.getPort())
                .hasMessageContaining("check that"));
    assertThat(budget.granted()).isZero();
  }

  @Test
  void tellsARefusalFromASilence() throws Exception {
    assertThat(errorOf(to("refuse:80")))
        .isEqualTo(new TunnelError.Refused(server.address(), "refuse:80", 503));
    dialer.close();
    dialer =
        dialer(
            new TunnelSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMillis(200),
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty()));
    assertThat(errorOf(to("silent:80"))).isInstanceOf(TunnelError.NoAnswer.class);
  }

  @Test
  void nothingIsDialledBeforeThereIsAnIdentity() throws Exception {
    try (TlsContexts none = new TlsContexts(InstantSource.system(), HandshakeObserver.none());
        PooledTunnelDialer early =
            new PooledTunnelDialer(none, budget, TunnelSettings.DEFAULT, TunnelObserver.none())) {
      var dialled =
          early
              .dial(
                  to("echo:80"),
                  TunnelDialer.requestTo(to("echo:80"), Map.of()),
                  Received::new,
                  loop)
              .awaitUninterruptibly();
      assertThat(((TunnelException) dialled.cause()).error()).isEqualTo(new TunnelError.NotReady());
    }
  }

  @Test
  void goAwayLetsStreamsEndInPeaceAndNewOnesGoElsewhere() throws Exception {
    OpenTunnel<Received> old = open(to("echo:80"));
    Future<Void> drained = server.server().drain(Duration.ofSeconds(10));
    try (TunnelServer next = server(0)) {
      open(to(next.address(), "echo:80", gateway));
      old.listener().write("still here");
      await().until(() -> old.listener().text().equals("still here"));
      assertThat(drained.isDone()).isFalse();
      old.listener().end();
      assertThat(old.listener().end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
      drained.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void aConnectThatCrossesTheGoAwayOfAnIdleServerIsAnswered() throws Exception {
    Received before = open(to("echo:80")).listener();
    before.end();
    before.end.get(5, TimeUnit.SECONDS);
    Future<OpenTunnel<Received>> crossing =
        loop.submit(
                () -> {
                  Future<OpenTunnel<Received>> dialled = dial(to("echo:80"));
                  server.server().drain(Duration.ofSeconds(10)); // before a byte of it has left
                  return dialled;
                })
            .get();
    Received app = crossing.get(5, TimeUnit.SECONDS).listener();
    app.write("crossed");
    app.end();
    assertThat(app.end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    assertThat(app.text()).isEqualTo("crossed");
    await().until(() -> server.server().connections() == 0);
  }

  @Test
  void theNextConnectSucceedsWhenAKilledPeerIsBack() throws Exception {
    int port = server.address().getPort();
    OpenTunnel<Received> cut = open(to("echo:80"));
    server.server().drain(Duration.ZERO).get(5, TimeUnit.SECONDS);
    assertThat(cut.listener().end.get(5, TimeUnit.SECONDS))
        .isInstanceOf(StreamEnd.ConnectionLost.class);
    assertThat(errorOf(to("echo:80"))).isInstanceOf(TunnelError.ConnectFailed.class);
    try (TunnelServer back = server(port)) {
      open(to("echo:80"));
    }
  }

  @Test
  void aPeerThatStopsReadingHoldsOnlyItsOwnStream() throws Exception {
    OpenTunnel<Received> stuck = open(to("stuck:80"));
    OpenTunnel<Received> other = open(to("echo:80"));
    AtomicLong written = new AtomicLong();
    loop.scheduleAtFixedRate(
        () -> {
          while (stuck.stream().isWritable() && written.get() < 256L << 20) {
            stuck.stream().write(Unpooled.wrappedBuffer(new byte[64 << 10]));
            written.addAndGet(64 << 10);
          }
        },
        0,
        5,
        TimeUnit.MILLISECONDS);
    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(200))
        .until(() -> before.getAndSet(written.get()) == written.get());
    assertThat(written.get())
        .as("a stream's window, and what may queue before it")
        .isBetween(4L << 20, 8L << 20);
    other.listener().write("unaffected");
    await().until(() -> other.listener().text().equals("unaffected"));
    assertThat(server.budget.granted()).isLessThanOrEqualTo(server.budget.total());
    loop.submit(() -> stuck.stream().reset(ErrorCode.CANCEL)).get();
  }

  @Test
  void rotationOfTheSvidUnderTrafficFailsNothing() throws Exception {
    OpenTunnel<Received> old = open(to("echo:80"));
    for (int i = 0; i < 20; i++) {
      Future<OpenTunnel<Received>> during = dial(to("echo:80"));
      contexts.update(TunnelServer.trust(west.svid("shop", "web"), linked));
      Received app = during.get(10, TimeUnit.SECONDS).listener();
      app.write("m" + i);
      app.end();
      assertThat(app.end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
      assertThat(app.text()).isEqualTo("m" + i);
    }
    old.listener().write("kept");
    await().until(() -> old.listener().text().equals("kept"));
    assertThat(accepted.get()).isGreaterThan(2);
    old.listener().end();
    await().untilAsserted(() -> assertThat(budget.grants()).isLessThanOrEqualTo(1));
  }

  @Test
  void aConnectionIsCutWhenItsPeersAnchorIsRevoked() throws Exception {
    OpenTunnel<Received> tunnel = open(to("echo:80"));
    contexts.update(
        TunnelServer.trust(web, BundleSet.of(west.bundle(), TestCa.create("east.test").bundle())));
    assertThat(tunnel.listener().end.get(5, TimeUnit.SECONDS))
        .isInstanceOf(StreamEnd.ConnectionLost.class);
  }

  @Test
  void theServerCutsCallersOfARevokedTrustDomain() throws Exception {
    OpenTunnel<Received> tunnel = open(to("echo:80"));
    server.trust(
        TunnelServer.trust(
            east.svid("isthmus-system", "isthmus-gateway"), BundleSet.of(east.bundle())));
    assertThat(tunnel.listener().end.get(5, TimeUnit.SECONDS))
        .isInstanceOf(StreamEnd.ConnectionLost.class);
  }

  @Test
  void theServerRefusesACallerWhoseTrustDomainWasRevokedDuringTheHandshake() throws Exception {
    Channel slow =
        new Bootstrap()
            .group(loop)
            .channel(EpollSocketChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(server.address())
            .sync()
            .channel();
    await().until(() -> server.server().connections() == 1);
    for (EventExecutor each : loops) {
      each.submit(() -> {}).sync(); // the server has made its engine
    }
    server.trust(
        TunnelServer.trust(
            east.svid("isthmus-system", "isthmus-gateway"), BundleSet.of(east.bundle())));
    loop.submit(() ->
            contexts.addClient(
                slow.pipeline(),
                ExpectedPeer.Exact.of(gateway),
                Duration.ofSeconds(5),
                new Unheard()))
        .sync();
    assertThat(slow.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(server.callers).isEmpty();
    assertThat(server.refusals).containsExactly(AcceptRefusal.NOT_TRUSTED_ANY_MORE);
  }

  private record Unheard() implements HandshakeListener {
    @Override
    public void onPeer(ChannelHandlerContext context, VerifiedPeer peer) {}

    @Override
    public void onFailure(HandshakeFailure failure) {}
  }

  @Test
  void idleConnectionsGoAndGiveTheirWindowsBack() throws Exception {
    dialer.close();
    dialer = dialer(TunnelSettings.DEFAULT.withIdle(Duration.ofMillis(100)));
    OpenTunnel<Received> tunnel = open(to("echo:80"));
    assertThat(budget.grants()).isEqualTo(1);
    tunnel.listener().end();
    await().untilAsserted(() -> assertThat(budget.granted()).isZero());
    open(to("echo:80"));
    assertThat(accepted).hasValue(2);
  }

  @Test
  void anOldConnectionTakesNoNewStreams() throws Exception {
    dialer.close();
    dialer = dialer(TunnelSettings.DEFAULT.withAges(Duration.ofMillis(100), Duration.ofHours(1)));
    OpenTunnel<Received> old = open(to("echo:80"));
    await()
        .untilAsserted(() -> {
          open(to("echo:80"));
          assertThat(accepted.get()).isGreaterThan(1);
        });
    old.listener().write("old but alive");
    await().until(() -> old.listener().text().equals("old but alive"));
  }

  @Test
  void aSpentBudgetRefusesFurtherConnectionsAndSaysSo() throws Exception {
    MemoryBudget small = new MemoryBudget(64 << 10);
    try (PooledTunnelDialer poor =
        new PooledTunnelDialer(contexts, small, TunnelSettings.DEFAULT, TunnelObserver.none())) {
      Endpoint first = to("echo:80");
      poor.dial(first, TunnelDialer.requestTo(first, Map.of()), Received::new, loop).get();
      Endpoint second = to(server.address(), "echo:80", east.id("shop", "hello"));
      var refusal =
          poor.dial(second, TunnelDialer.requestTo(second, Map.of()), Received::new, loop)
              .awaitUninterruptibly();
      assertThat(refusal.cause()).hasMessageContaining("memory budget of 65536 bytes is spent");
    }
  }

  @Test
  void givesUpTheStreamOfACancelledDial() throws Exception {
    open(to("echo:80"));
    Future<OpenTunnel<Received>> dialled =
        loop.submit(
                () -> {
                  Future<OpenTunnel<Received>> dial = dial(to("echo:80"));
                  dial.cancel(false); // on the loop: no answer can have come yet
                  return dial;
                })
            .get();
    open(to("echo:80"));
    assertThat(dialled.isCancelled()).isTrue();
    await()
        .untilAsserted(() ->
            assertThat(server.ends).containsExactly(new StreamEnd.ResetByPeer(ErrorCode.CANCEL)));
  }
}

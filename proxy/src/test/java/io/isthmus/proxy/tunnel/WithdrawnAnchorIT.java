package io.isthmus.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.trust.TrustUpdates;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer's trust domain withdraws a root, and a connection stands on it: real handshakes. */
final class WithdrawnAnchorIT {
  private static final Duration LONG = Duration.ofDays(30);

  private final TestCa west = TestCa.create("west.test");
  private final TestCa east = TestCa.create("east.test");
  private final TestCa eastNext = TestCa.create("east.test");
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final BundleSet linked = BundleSet.of(west.bundle(), east.bundle());
  private final TlsContexts contexts =
      new TlsContexts(InstantSource.system(), HandshakeObserver.none());
  private final Svid hello = west.svid(west.id("shop", "hello"), LONG);
  private final TunnelServer server =
      new TunnelServer(
          loops,
          TunnelServer.trust(hello, linked),
          HandshakeObserver.none(),
          new TunnelServer.Listening(0, ServerSettings.DEFAULT.withSpread(Duration.ZERO)));
  private final PooledTunnelDialer dialer =
      new PooledTunnelDialer(
          contexts,
          new MemoryBudget(MemoryBudget.DEFAULT_BYTES),
          TunnelSettings.DEFAULT,
          TunnelObserver.none());
  private volatile Instant now = Instant.now();
  private final List<Runnable> later = new CopyOnWriteArrayList<>();
  private final ConfigHolder config = new ConfigHolder(() -> now);
  private final TrustUpdates trust =
      new TrustUpdates(
          server.contexts(),
          new TrustUpdates.Sources(config, new Fixed(hello)),
          _ -> {},
          new TrustUpdates.Timing(() -> now, later::add));

  private record Fixed(Svid svid) implements SvidSource {
    @Override
    public Optional<Svid> current() {
      return Optional.of(svid);
    }

    @Override
    public AutoCloseable subscribe(Consumer<Svid> subscriber) {
      return () -> {};
    }
  }

  WithdrawnAnchorIT() {
    trust.follow(() -> {});
    serve(1, east);
    showNewLeaf();
  }

  @AfterEach
  void close() throws Exception {
    trust.close();
    server.close();
    dialer.close();
    loops.shutdownGracefully(50, 2_000, TimeUnit.MILLISECONDS).sync();
    contexts.close();
  }

  private void serve(long sequence, TestCa root) {
    config.set(
        new MeshConfig(
            "v",
            Map.of(),
            Map.of(),
            Map.of(),
            new Inbound(Map.of(west.trustDomain(), "west", east.trustDomain(), "east"), Map.of()),
            BundleSet.of(
                west.bundle(),
                new TrustBundle(
                    east.trustDomain(),
                    sequence,
                    TrustBundle.DEFAULT_REFRESH_HINT,
                    List.of(root.root().certificate())))));
  }

  /** Under the root that is going to be withdrawn, and for long. */
  private void showNewLeaf() {
    contexts.update(TunnelServer.trust(east.svid(east.id("shop", "web"), LONG), linked));
  }

  private void someSecondsPass() {
    List<Runnable> due = List.copyOf(later);
    later.clear();
    due.forEach(Runnable::run);
  }

  private OpenTunnel<Received> open() throws Exception {
    Endpoint endpoint =
        new Endpoint(
            server.address(),
            new Tunnel.Gateway("echo:80", ExpectedPeer.Exact.of(hello.id()), Optional.empty()),
            true);
    return dialer
        .dial(endpoint, TunnelDialer.requestTo(endpoint, Map.of()), Received::new, loop)
        .get(10, TimeUnit.SECONDS);
  }

  private static void echoes(OpenTunnel<Received> tunnel, String word) {
    tunnel.listener().write(word);
    await().until(() -> tunnel.listener().text().endsWith(word));
  }

  private static void isCut(OpenTunnel<Received> tunnel) throws Exception {
    assertThat(tunnel.listener().end.get(10, TimeUnit.SECONDS))
        .isInstanceOf(StreamEnd.ConnectionLost.class);
  }

  @Test
  void aConnectionThatIsHeldOpenObjectsForADayAndNoLonger() throws Exception {
    OpenTunnel<Received> held = open();
    serve(2, eastNext);
    assertThat(trust.enforcement().refused()).hasSize(1);
    await()
        .untilAsserted(() -> {
          open().listener().end();
          assertThat(server.callers).as("its tunnel was asked to leave").hasSizeGreaterThan(1);
        });
    echoes(held, "held");

    now = now.plus(Duration.ofHours(23));
    serve(3, eastNext); // another generation begins nothing anew
    assertThat(trust.enforcement().refused()).hasSize(1);
    now = now.plus(Duration.ofHours(1));
    someSecondsPass();
    assertThat(trust.enforcement().refused()).isEmpty();
    isCut(held);
    assertThatThrownBy(this::open).hasMessageContaining("unknown_ca");
  }

  @Test
  void aLeafThatIsShownAfterTheWithdrawalObjectsToNothing() throws Exception {
    OpenTunnel<Received> before = open();
    serve(2, eastNext);
    assertThat(trust.enforcement().refused()).hasSize(1);
    showNewLeaf();
    OpenTunnel<Received> after = open();
    before.listener().end();
    await()
        .untilAsserted(() -> {
          someSecondsPass();
          assertThat(trust.enforcement().refused()).isEmpty();
        });
    isCut(after);
  }
}

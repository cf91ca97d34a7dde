package io.isthmus.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsRole;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An issuer under a root that stays is revoked, and recalled peers come back: real handshakes. */
final class TunnelRevocationIT {
  private final TestCa ca = TestCa.create("west.test");
  private final TestCa clean = ca.withNewIssuer();
  private final BundleSet trusted = BundleSet.of(ca.bundle());
  private final BundleSet revoking =
      BundleSet.of(
          new TrustBundle(
              ca.trustDomain(),
              2,
              TrustBundle.DEFAULT_REFRESH_HINT,
              List.of(ca.root().certificate()),
              Set.of(Fingerprint.of(ca.issuer().certificate()))));
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final List<String> failed = new CopyOnWriteArrayList<>();
  private final HandshakeObserver observer =
      new HandshakeObserver() {
        @Override
        public void onSucceeded(TlsRole role, Duration took) {}

        @Override
        public void onFailed(TlsRole role, HandshakeFailure failure) {
          failed.add(failure.reason());
        }
      };
  private final TlsContexts contexts =
      new TlsContexts(InstantSource.system(), HandshakeObserver.none());
  private final TunnelServer server =
      new TunnelServer(
          loops,
          TunnelServer.trust(hello(ca), trusted),
          observer,
          new TunnelServer.Listening(0, ServerSettings.DEFAULT.withSpread(Duration.ZERO)));
  private final PooledTunnelDialer dialer =
      new PooledTunnelDialer(
          contexts,
          new MemoryBudget(MemoryBudget.DEFAULT_BYTES),
          TunnelSettings.DEFAULT,
          TunnelObserver.none());

  private static Svid web(TestCa ca) {
    return ca.svid("shop", "web");
  }

  private static Svid hello(TestCa ca) {
    return ca.svid("shop", "hello");
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    dialer.close();
    loops.shutdownGracefully(50, 2_000, TimeUnit.MILLISECONDS).sync();
    contexts.close();
  }

  private OpenTunnel<Received> open() throws Exception {
    Endpoint endpoint =
        new Endpoint(
            server.address(),
            new Tunnel.Gateway(
                "echo:80", ExpectedPeer.Exact.of(ca.id("shop", "hello")), Optional.empty()),
            true);
    return dialer
        .dial(endpoint, TunnelDialer.requestTo(endpoint, Map.of()), Received::new, loop)
        .get(10, TimeUnit.SECONDS);
  }

  private static void isCut(OpenTunnel<Received> tunnel) throws Exception {
    assertThat(tunnel.listener().end.get(5, TimeUnit.SECONDS))
        .isInstanceOf(StreamEnd.ConnectionLost.class);
  }

  @Test
  void aServerCutsAndRefusesCallersUnderARevokedIssuer() throws Exception {
    contexts.update(TunnelServer.trust(web(ca), trusted));
    server.trust(TunnelServer.trust(hello(clean), trusted));
    OpenTunnel<Received> tunnel = open();
    server.trust(TunnelServer.trust(hello(clean), revoking));
    isCut(tunnel);
    await().until(() -> server.contexts().livePeers().peers().isEmpty());
    assertThatThrownBy(this::open).hasMessageContaining("certificate_revoked");
    assertThat(failed).contains("peer_revoked");

    contexts.update(TunnelServer.trust(web(clean), trusted));
    open();
  }

  @Test
  void aClientCutsAndRefusesServersUnderARevokedIssuer() throws Exception {
    contexts.update(TunnelServer.trust(web(clean), trusted));
    OpenTunnel<Received> tunnel = open();
    contexts.update(TunnelServer.trust(web(clean), revoking));
    isCut(tunnel);
    await().until(() -> contexts.livePeers().peers().isEmpty());
    assertThatThrownBy(this::open)
        .hasMessageContaining("is revoked by bundle 2 of trust domain west.test");

    server.trust(TunnelServer.trust(hello(clean), trusted));
    open();
  }

  @Test
  void revokingCutsNobodyUnderAnotherIssuerOfTheSameRoot() throws Exception {
    contexts.update(TunnelServer.trust(web(clean), trusted));
    Svid own = hello(clean);
    server.trust(TunnelServer.trust(own, trusted));
    OpenTunnel<Received> tunnel = open();
    server.trust(TunnelServer.trust(own, revoking));
    contexts.update(TunnelServer.trust(web(clean), revoking));
    tunnel.listener().write("alive");
    await().until(() -> tunnel.listener().text().equals("alive"));
  }

  @Test
  void whoIsRecalledComesBackOnANewHandshakeAndKeepsItsStreams() throws Exception {
    contexts.update(TunnelServer.trust(web(ca), trusted));
    OpenTunnel<Received> kept = open();
    server.contexts().recall(server.contexts().livePeers().peers());
    await()
        .untilAsserted(() -> {
          open().listener().end();
          assertThat(server.callers).as("handshakes").hasSizeGreaterThan(1);
        });
    int before = server.callers.size();
    contexts.recall(contexts.livePeers().peers());
    await()
        .untilAsserted(() -> {
          open().listener().end();
          assertThat(server.callers).hasSizeGreaterThan(before);
        });
    kept.listener().write("kept");
    await().until(() -> kept.listener().text().equals("kept"));
  }
}

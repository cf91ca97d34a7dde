package io.isthmus.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
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
import io.isthmus.proxy.tls.LivePeers;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsRole;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of tunnels, and of the streams in them, while certificates change on both ends. */
final class TunnelRotationIT {
  private final TestCa old = TestCa.create("west.test");
  private final TestCa reissued = old.withNewIssuer();
  private final TestCa next = TestCa.create("west.test");
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final AtomicInteger handshakes = new AtomicInteger();
  private final List<String> failed = new CopyOnWriteArrayList<>();
  private final HandshakeObserver observer =
      new HandshakeObserver() {
        @Override
        public void onSucceeded(TlsRole role, Duration took) {
          handshakes.incrementAndGet();
        }

        @Override
        public void onFailed(TlsRole role, HandshakeFailure failure) {
          failed.add(failure.message());
        }
      };
  private final TlsContexts contexts =
      new TlsContexts(InstantSource.system(), HandshakeObserver.none());
  private TunnelServer server =
      server(ServerSettings.DEFAULT.withSpread(Duration.ZERO), hello(old));
  private PooledTunnelDialer dialer = dialer(TunnelSettings.DEFAULT);

  TunnelRotationIT() {
    contexts.update(TunnelServer.trust(web(old), bundle(1, old)));
  }

  private TunnelServer server(ServerSettings settings, Svid shown) {
    return new TunnelServer(
        loops,
        TunnelServer.trust(shown, bundle(1, old)),
        observer,
        new TunnelServer.Listening(0, settings));
  }

  private PooledTunnelDialer dialer(TunnelSettings settings) {
    return new PooledTunnelDialer(
        contexts, new MemoryBudget(MemoryBudget.DEFAULT_BYTES), settings, TunnelObserver.none());
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    dialer.close();
    loops.shutdownGracefully(50, 2_000, TimeUnit.MILLISECONDS).sync();
    contexts.close();
  }

  private static Svid web(TestCa ca) {
    return ca.svid("shop", "web");
  }

  private static Svid hello(TestCa ca) {
    return ca.svid("shop", "hello");
  }

  private static BundleSet bundle(long sequence, TestCa... roots) {
    return BundleSet.of(
        new TrustBundle(
            roots[0].trustDomain(),
            sequence,
            TrustBundle.DEFAULT_REFRESH_HINT,
            Arrays.stream(roots).map(ca -> ca.root().certificate()).toList()));
  }

  private OpenTunnel<Received> open() throws Exception {
    Endpoint endpoint =
        new Endpoint(
            server.address(),
            new Tunnel.Gateway(
                "echo:80", ExpectedPeer.Exact.of(old.id("shop", "hello")), Optional.empty()),
            true);
    return dialer
        .dial(endpoint, TunnelDialer.requestTo(endpoint, Map.of()), Received::new, loop)
        .get(10, TimeUnit.SECONDS);
  }

  private OpenTunnel<Received> comesAndGoes() throws Exception {
    OpenTunnel<Received> tunnel = open();
    tunnel.listener().write("hello");
    tunnel.listener().end();
    assertThat(tunnel.listener().end.get(10, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    assertThat(tunnel.listener().text()).isEqualTo("hello");
    return tunnel;
  }

  private static void echoes(OpenTunnel<Received> tunnel, String word) {
    tunnel.listener().write(word);
    await().until(() -> tunnel.listener().text().endsWith(word));
  }

  private int live(LivePeers peers, TestCa anchor) {
    return peers
        .byAnchor()
        .getOrDefault(
            new LivePeers.Anchor(anchor.trustDomain(), Fingerprint.of(anchor.root().certificate())),
            0);
  }

  @Test
  void rotationOfIssuerAndRootCutsNoStreamAndRefusesNone() throws Exception {
    OpenTunnel<Received> kept = open();
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger connects = new AtomicInteger();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Void> calling =
          callers.submit(() -> {
            while (!enough.get()) {
              comesAndGoes();
              connects.incrementAndGet();
            }
            return null;
          });
      try {
        steps(kept, connects, calling);
      } finally {
        enough.set(true);
      }
      calling.get();
    }
    assertThat(failed).as("handshakes that failed at the server").isEmpty();

    assertThat(live(contexts.livePeers(), old)).as("the one that was kept").isEqualTo(1);
    assertThat(live(server.contexts().livePeers(), old)).isEqualTo(1);
    kept.listener().end();
    assertThat(kept.listener().end.get(10, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    await().until(() -> live(contexts.livePeers(), old) == 0);
    await().until(() -> live(server.contexts().livePeers(), old) == 0);
    contexts.update(TunnelServer.trust(web(next), bundle(3, next)));
    server.trust(TunnelServer.trust(hello(next), bundle(3, next)));
    comesAndGoes();
  }

  /** Each end alone, as it happens; after each, some connects that began afterwards are over. */
  private void steps(OpenTunnel<Received> kept, AtomicInteger connects, Future<Void> calling)
      throws Exception {
    List<Runnable> steps =
        List.of(
            () -> server.trust(TunnelServer.trust(hello(reissued), bundle(1, old))),
            () -> contexts.update(TunnelServer.trust(web(reissued), bundle(1, old))),
            () -> contexts.update(TunnelServer.trust(web(reissued), bundle(2, old, next))),
            () -> server.trust(TunnelServer.trust(hello(reissued), bundle(2, old, next))),
            () -> server.trust(TunnelServer.trust(hello(next), bundle(2, old, next))),
            () -> contexts.update(TunnelServer.trust(web(next), bundle(2, old, next))));
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).run();
      int before = connects.get();
      await().until(() -> connects.get() > before + 2 || calling.isDone());
      assertThat(calling.isDone()).as("no connect failed after step %d", i).isFalse();
      echoes(kept, "step" + i);
    }
    OpenTunnel<Received> last = comesAndGoes();
    assertThat(last.peer().anchor()).isEqualTo(next.root().certificate());
    assertThat(server.callers.getLast().peer().anchor()).isEqualTo(next.root().certificate());
  }

  @Test
  void aServerAsksTunnelsOfItsFormerLeafToLeave() throws Exception {
    OpenTunnel<Received> kept = open();
    assertThat(handshakes).hasValue(1);
    server.trust(TunnelServer.trust(hello(old), bundle(1, old)));
    await()
        .untilAsserted(() -> {
          comesAndGoes();
          assertThat(handshakes.get()).isGreaterThan(1);
        });
    echoes(kept, "kept");
  }

  @Test
  void aServerKeepsItsTunnelsWhenOnlyItsTrustGrows() throws Exception {
    OpenTunnel<Received> kept = open();
    Svid own = hello(old);
    server.trust(TunnelServer.trust(own, bundle(1, old)));
    await()
        .untilAsserted(() -> {
          comesAndGoes();
          assertThat(handshakes.get()).isEqualTo(2);
        });
    server.trust(TunnelServer.trust(own, bundle(2, old, next)));
    for (int i = 0; i < 5; i++) {
      comesAndGoes();
    }
    assertThat(handshakes).hasValue(2);
    echoes(kept, "kept");
  }

  @Test
  void aStreamOutlivesBothLeavesAndIsStillShownByItsAnchor() throws Exception {
    Svid brief = old.svid(old.id("shop", "web"), Duration.ofSeconds(2));
    server.trust(
        TunnelServer.trust(
            old.svid(old.id("shop", "hello"), Duration.ofSeconds(2)), bundle(1, old)));
    contexts.update(TunnelServer.trust(brief, bundle(1, old)));
    OpenTunnel<Received> kept = open();
    await().until(() -> Instant.now().isAfter(brief.notAfter().plusMillis(200)));
    echoes(kept, "after the end");
    assertThat(live(server.contexts().livePeers(), old)).isEqualTo(1);

    contexts.update(TunnelServer.trust(web(old), bundle(1, old)));
    server.trust(TunnelServer.trust(hello(old), bundle(1, old)));
    comesAndGoes();
    echoes(kept, "and after the renewal");
  }

  @Test
  void theMaximalAgeOfEitherEndCutsWhatIsInFlight() throws Exception {
    Optional<Duration> limit = Optional.of(Duration.ofMillis(200));
    dialer.close();
    dialer = dialer(TunnelSettings.DEFAULT.withMaxAge(limit));
    assertThat(open().listener().end.get(10, TimeUnit.SECONDS))
        .isInstanceOf(StreamEnd.ConnectionLost.class);
    dialer.close();
    dialer = dialer(TunnelSettings.DEFAULT);
    server.close();
    server = server(ServerSettings.DEFAULT.withMaxAge(limit), hello(old));
    assertThat(open().listener().end.get(10, TimeUnit.SECONDS))
        .isInstanceOf(StreamEnd.ConnectionLost.class);
  }
}

package io.isthmus.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server of tunnels, and peers and strangers who want more of it than is theirs. */
@Timeout(60)
final class FairShareIT {
  private static final int OF_ONE_PEER = 3;
  private static final int HANDSHAKES = 2;
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(1);

  private final TestCa west = TestCa.create("west.test");
  private final TestCa east = TestCa.create("east.test");
  private final BundleSet linked = BundleSet.of(west.bundle(), east.bundle());
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final TunnelServer server =
      new TunnelServer(
          loops,
          TunnelServer.trust(east.svid("isthmus-system", "isthmus-gateway"), linked),
          HandshakeObserver.none(),
          new TunnelServer.Listening(
              0,
              new ServerSettings(
                  HANDSHAKE_TIMEOUT,
                  4096,
                  HANDSHAKES,
                  OF_ONE_PEER,
                  Duration.ZERO,
                  Optional.empty())));
  private final List<Pod> pods = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (Pod pod : pods) {
      pod.close();
    }
    server.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
  }

  @Test
  void aGreedyPeerShutsOutNobodyElse() throws Exception {
    for (int i = 0; i < OF_ONE_PEER; i++) {
      pod("greedy").echo("mine");
    }
    Pod last = pod("greedy");
    assertThatThrownBy(() -> last.echo("more")).isInstanceOf(ExecutionException.class);
    assertThat(server.refusals).containsExactly(AcceptRefusal.TOO_MANY_OF_PEER);
    assertThat(server.budget.granted()).isLessThanOrEqualTo(server.budget.total() / 4 * 3);

    pod("modest").echo("served");
  }

  @Test
  void whatAPeerGivesBackItGetsAgain() throws Exception {
    Received ended = pod("greedy").echo("mine");
    for (int i = 1; i < OF_ONE_PEER; i++) {
      pod("greedy").echo("mine");
    }
    ended.end();
    pods.removeFirst().close();
    await().until(() -> server.server().connections() < OF_ONE_PEER);
    pod("greedy").echo("again");
    assertThat(server.refusals).isEmpty();
  }

  @Test
  void strangersWhoSayNothingHoldHandshakesForTheirTimeOnly() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < HANDSHAKES; i++) {
      silent.add(stranger());
    }
    await().until(() -> server.server().connections() == HANDSHAKES);
    try (Socket oneMore = stranger()) {
      assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(server.refusals).containsExactly(AcceptRefusal.TOO_MANY_HANDSHAKES);
    for (Socket each : silent) {
      assertThat(each.getInputStream().read()).as("closed in time").isEqualTo(-1);
      each.close();
    }
    pod("modest").echo("served");
  }

  private Socket stranger() throws Exception {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private Pod pod(String serviceAccount) {
    Pod pod = new Pod(west.svid("shop", serviceAccount));
    pods.add(pod);
    return pod;
  }

  /** One of the Pods that may share an identity: a pool of its own, so a tunnel of its own. */
  private final class Pod {
    private final TlsContexts contexts =
        new TlsContexts(InstantSource.system(), HandshakeObserver.none());
    private final PooledTunnelDialer dialer =
        new PooledTunnelDialer(
            contexts,
            new MemoryBudget(MemoryBudget.DEFAULT_BYTES),
            TunnelSettings.DEFAULT,
            TunnelObserver.none());

    private Pod(Svid svid) {
      contexts.update(TunnelServer.trust(svid, linked));
    }

    private Received echo(String text) throws Exception {
      Endpoint endpoint =
          new Endpoint(
              server.address(),
              new Tunnel.Gateway(
                  "echo:80",
                  ExpectedPeer.Exact.of(east.id("isthmus-system", "isthmus-gateway")),
                  Optional.empty()),
              true);
      Received received =
          dialer
              .dial(
                  endpoint, TunnelDialer.requestTo(endpoint, Map.of()), Received::new, loops.next())
              .get(10, TimeUnit.SECONDS)
              .listener();
      received.write(text);
      await().until(() -> received.text().equals(text));
      return received;
    }

    private void close() throws Exception {
      dialer.close();
      contexts.close();
    }
  }
}

package io.isthmus.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.tls.Handshakes.Side;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ResourceLeakDetector;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fleet that rotates for years swaps many times: native memory has to come back each time. */
class TlsSwapsTest {
  private static final int SWAPS = 2_000;
  private static final int SWAPS_PER_CONNECTION = 100;

  private final ResourceLeakDetector.Level usual = ResourceLeakDetector.getLevel();
  private final TestCa west = TestCa.create("west.test");
  private final Svid web = west.svid("shop", "web");
  private final TlsContexts contexts =
      new TlsContexts(InstantSource.system(), HandshakeObserver.none());
  private final Handshakes net = new Handshakes();

  @AfterEach
  void close() {
    net.close();
    contexts.close();
    ResourceLeakDetector.setLevel(usual);
  }

  private TrustMaterial material(long sequence) {
    TrustBundle bundle =
        new TrustBundle(
            west.trustDomain(),
            sequence,
            TrustBundle.DEFAULT_REFRESH_HINT,
            List.of(west.root().certificate()));
    return new TrustMaterial(web, BundleSet.of(bundle), Set.of(west.trustDomain()));
  }

  @Test
  void everyGenerationIsFreedWithItsLastConnection() throws Exception {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    List<TlsGeneration> generations = new ArrayList<>();
    List<Channel> open = new ArrayList<>();
    contexts.subscribe(generations::add);
    for (int swap = 0; swap < SWAPS; swap++) {
      contexts.update(material(swap));
      if (swap % SWAPS_PER_CONNECTION == 0) {
        Side client = new Side();
        Side server =
            net.connect(
                contexts,
                channel ->
                    contexts.addClient(
                        channel.pipeline(),
                        ExpectedPeer.Exact.of(web.id()),
                        Handshakes.TIMEOUT,
                        client));
        client.awaitPeer();
        server.awaitPeer();
        open.add(client.channel.get());
        open.add(server.channel.get());
      }
    }
    assertThat(generations).hasSize(SWAPS);
    assertThat(contexts.livePeers().byAnchor().values()).containsExactly(open.size());
    List<SSLEngine> engines =
        open.stream().map(channel -> channel.pipeline().get(SslHandler.class).engine()).toList();
    open.forEach(Channel::close);
    TlsGeneration last = generations.removeLast();
    await()
        .untilAsserted(() -> {
          assertThat(engines).allMatch(engine -> ReferenceCountUtil.refCnt(engine) == 0);
          assertThat(generations.stream().flatMap(TlsSwapsTest::contextsOf))
              .allMatch(context -> ReferenceCountUtil.refCnt(context) == 0);
          assertThat(contexts.livePeers().peers()).isEmpty();
        });
    assertThat(contextsOf(last)).allMatch(context -> ReferenceCountUtil.refCnt(context) == 1);
    assertThat(last.handshakesUnderWay()).isZero();
  }

  private static Stream<SslContext> contextsOf(TlsGeneration generation) {
    return Stream.of(generation.client(), generation.server());
  }
}

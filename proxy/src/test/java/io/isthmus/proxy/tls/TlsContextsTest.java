package io.isthmus.proxy.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.RejectReason;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.tls.Handshakes.Side;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsContextsTest {
  private final TestCa west = TestCa.create("west.test");
  private final TestCa east = TestCa.create("east.test");
  private final TestCa north = TestCa.create("north.test");
  private final BundleSet linked = BundleSet.of(west.bundle(), east.bundle());
  private final Set<TrustDomain> callers = Set.of(west.trustDomain(), east.trustDomain());
  private final List<String> counted = new CopyOnWriteArrayList<>();
  private final AtomicInteger handshakes = new AtomicInteger();
  private final List<TlsContexts> opened = new ArrayList<>();
  private final Handshakes net = new Handshakes();
  private final Svid gateway = east.svid("isthmus-system", "isthmus-gateway");
  private final TlsContexts server = contexts(gateway, linked);

  private TlsContexts contexts(Svid svid, BundleSet bundles) {
    TlsContexts made =
        new TlsContexts(
            InstantSource.system(),
            new HandshakeObserver() {
              @Override
              public void onSucceeded(TlsRole role, Duration took) {
                handshakes.incrementAndGet();
              }

              @Override
              public void onFailed(TlsRole role, HandshakeFailure failure) {
                counted.add(role.label() + " " + failure.reason());
              }
            });
    made.update(new TrustMaterial(svid, bundles, callers));
    opened.add(made);
    return made;
  }

  @AfterEach
  void close() {
    net.close();
    opened.forEach(TlsContexts::close);
  }

  private static Consumer<Channel> client(TlsContexts contexts, ExpectedPeer expected, Side heard) {
    return channel -> contexts.addClient(channel.pipeline(), expected, Handshakes.TIMEOUT, heard);
  }

  private static ExpectedPeer exactly(Svid svid) {
    return ExpectedPeer.Exact.of(svid.id());
  }

  @Test
  void bothSidesLearnTheOthersIdentity() throws Exception {
    Side client = new Side();
    Svid web = west.svid("shop", "web");
    Side heard = net.connect(server, client(contexts(web, linked), exactly(gateway), client));
    assertThat(heard.awaitPeer().id()).isEqualTo(web.id());
    assertThat(client.awaitPeer().id()).isEqualTo(gateway.id());
    Channel channel = client.channel.get();
    assertThat(channel.attr(TlsContexts.PEER).get().id()).isEqualTo(gateway.id());
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    assertThat(tls.engine().getSession().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(tls.applicationProtocol()).isEqualTo("h2");
  }

  @Test
  void everyHandshakeVerifiesAndNoneIsResumed() throws Exception {
    TlsContexts contexts = contexts(west.svid("shop", "web"), linked);
    for (int i = 1; i <= 5; i++) {
      Side client = new Side();
      Side heard = net.connect(server, client(contexts, exactly(gateway), client));
      // both have a result of their own verification: without one the handshake handler refuses
      assertThat(client.awaitPeer().id()).isEqualTo(gateway.id());
      heard.awaitPeer();
    }
    assertThat(handshakes).hasValue(10);
  }

  @Test
  void aForeignClientThatWouldResumeIsVerifiedEachTime() throws Exception {
    Svid web = west.svid("shop", "web");
    SslContext jdk = foreign(Optional.of(web), SslProvider.JDK, "TLSv1.3");
    for (int i = 0; i < 3; i++) {
      CompletableFuture<Object> greeted = new CompletableFuture<>();
      Side heard =
          net.connect(
              server,
              channel ->
                  channel
                      .pipeline()
                      .addLast(jdk.newHandler(channel.alloc(), "gateway", 15008))
                      .addLast(new FirstMessage(greeted)));
      assertThat(heard.awaitPeer().id()).isEqualTo(web.id());
      // BoringSSL sends tickets with the server's first words
      heard.channel.get().writeAndFlush(Unpooled.copyInt(1));
      assertThat(greeted.get(5, TimeUnit.SECONDS)).isInstanceOf(ByteBuf.class);
    }
  }

  /** Completes with what comes first. */
  private static final class FirstMessage extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Object> first;

    FirstMessage(CompletableFuture<Object> first) {
      this.first = first;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
      first.complete(message);
    }
  }

  @Test
  void clientRefusesAServerWithAnotherIdentity() throws Exception {
    Side client = new Side();
    Side heard =
        net.connect(
            server,
            client(
                contexts(west.svid("shop", "web"), linked),
                ExpectedPeer.Exact.of(east.id("shop", "hello")),
                client));
    assertThat(client.awaitFailure())
        .isInstanceOfSatisfying(
            HandshakeFailure.PeerRejected.class,
            r -> {
              assertThat(r.why()).isEqualTo(RejectReason.UNEXPECTED_ID);
              assertThat(r.message()).contains("expected spiffe://east.test/ns/shop/sa/hello");
            });
    assertThat(heard.awaitFailure().reason()).isEqualTo("refused_by_peer");
    assertThat(counted)
        .containsExactlyInAnyOrder("client peer_unexpected_id", "server refused_by_peer");
  }

  @Test
  void serverRefusesACallerOfATrustDomainThatIsNotLinked() throws Exception {
    Svid stranger = north.svid("shop", "web");
    Side client = new Side();
    Side heard =
        net.connect(
            server,
            client(
                contexts(stranger, BundleSet.of(north.bundle(), east.bundle())),
                exactly(gateway),
                client));
    assertThat(heard.awaitFailure().reason()).isEqualTo("peer_unknown_trust_domain");
  }

  @Test
  void serverRefusesACallerOfATrustDomainThatMayNotCall() throws Exception {
    TlsContexts strict = new TlsContexts(InstantSource.system(), HandshakeObserver.none());
    opened.add(strict);
    strict.update(new TrustMaterial(gateway, linked, Set.of(east.trustDomain())));
    Side client = new Side();
    Side heard =
        net.connect(
            strict, client(contexts(west.svid("shop", "web"), linked), exactly(gateway), client));
    assertThat(heard.awaitFailure().reason()).isEqualTo("peer_unexpected_id");
  }

  @Test
  void serverRefusesAClientWithoutCertificate() throws Exception {
    assertThat(refusalOf(foreign(Optional.empty(), SslProvider.JDK, "TLSv1.3")))
        .isEqualTo("no_client_certificate");
  }

  @Test
  void serverRefusesTls12() throws Exception {
    assertThat(
            refusalOf(foreign(Optional.of(west.svid("shop", "web")), SslProvider.JDK, "TLSv1.2")))
        .isEqualTo("unsupported_tls_version");
  }

  @Test
  void serverRefusesAClientWithoutAlpn() throws Exception {
    Svid web = west.svid("shop", "web");
    SslContext without =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3")
            .endpointIdentificationAlgorithm("")
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .keyManager(web.privateKey(), web.chain().toArray(X509Certificate[]::new))
            .build();
    assertThat(refusalOf(without)).isEqualTo("no_alpn_h2");
  }

  @Test
  void serverRefusesPlainHttp() throws Exception {
    Side heard =
        net.connect(
            server,
            channel ->
                channel
                    .pipeline()
                    .addLast(
                        new ChannelInboundHandlerAdapter() {
                          @Override
                          public void channelActive(ChannelHandlerContext context) {
                            context.writeAndFlush(
                                Unpooled.copiedBuffer(
                                    "GET / HTTP/1.1\r\nhost: hello\r\n\r\n", US_ASCII));
                          }
                        }));
    assertThat(heard.awaitFailure().reason()).isEqualTo("not_tls");
  }

  @Test
  void countsAPeerThatLeavesDuringTheHandshake() throws Exception {
    Side heard =
        net.connect(
            server,
            channel ->
                channel
                    .pipeline()
                    .addLast(
                        new ChannelInboundHandlerAdapter() {
                          @Override
                          public void channelActive(ChannelHandlerContext context) {
                            context.close();
                          }
                        }));
    assertThat(heard.awaitFailure().reason()).isEqualTo("connection_closed");
  }

  @Test
  void offersOnlyThePinnedGroups() throws Exception {
    Side client = new Side();
    TlsContexts contexts = contexts(west.svid("shop", "web"), linked);
    List<Integer> groups = new CopyOnWriteArrayList<>();
    Side heard =
        net.connect(
            server,
            channel -> {
              channel.pipeline().addLast(new ClientHelloGroups(groups));
              contexts.addClient(channel.pipeline(), exactly(gateway), Handshakes.TIMEOUT, client);
            });
    heard.awaitPeer();
    assertThat(groups).containsExactly(0x001d, 0x0017); // X25519, P-256
  }

  @Test
  void aNewGenerationReplacesAndFreesTheOldOne() throws Exception {
    TlsContexts contexts = contexts(west.svid("shop", "web"), linked);
    TlsGeneration first = contexts.current().orElseThrow();
    Side client = new Side();
    net.connect(server, client(contexts, exactly(gateway), client)).awaitPeer();
    client.awaitPeer();

    List<Long> heard = new ArrayList<>();
    contexts.subscribe(generation -> heard.add(generation.number()));
    contexts.update(first.material());
    assertThat(heard).as("nothing changed").isEmpty();
    contexts.update(new TrustMaterial(west.svid("shop", "web"), linked, callers));
    assertThat(heard).containsExactly(2L);

    assertThat(client.channel.get().isActive()).isTrue();
    client.channel.get().close();
    // the engine lets go of its context when its handler is removed, after the close future
    await().untilAsserted(() -> assertThat(ReferenceCountUtil.refCnt(first.client())).isZero());
    assertThat(ReferenceCountUtil.refCnt(first.server())).isZero();
  }

  @Test
  void nothingIsServedBeforeThereIsAnIdentity() {
    try (TlsContexts empty = new TlsContexts(InstantSource.system(), HandshakeObserver.none())) {
      assertThat(empty.current()).isEmpty();
    }
  }

  private String refusalOf(SslContext client) throws Exception {
    return net.connect(
            server, channel -> channel.pipeline().addLast(client.newHandler(channel.alloc())))
        .awaitFailure()
        .reason();
  }

  private static SslContext foreign(Optional<Svid> svid, SslProvider provider, String version)
      throws Exception {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(provider)
            .protocols(version)
            .endpointIdentificationAlgorithm("")
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    "h2"));
    svid.ifPresent(
        s -> builder.keyManager(s.privateKey(), s.chain().toArray(X509Certificate[]::new)));
    return builder.build();
  }
}

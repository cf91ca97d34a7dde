package io.isthmus.gateway.exports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.gateway.exports.Mesh.App;
import io.isthmus.proxy.accesslog.AccessLogEntry;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.canary.CanaryAnswers;
import io.isthmus.proxy.canary.CanaryHandshake;
import io.isthmus.proxy.canary.CanaryOutcome;
import io.isthmus.proxy.canary.CanaryOutcome.Belief;
import io.isthmus.proxy.canary.CanaryOutcome.Refused;
import io.isthmus.proxy.canary.CanaryOutcome.Trusted;
import io.isthmus.proxy.canary.Patience;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.drain.Connections;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.metrics.ConnectionMetrics;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TrustMaterial;
import io.isthmus.proxy.transport.Transport;
import io.isthmus.proxy.tunnel.AcceptObserver;
import io.isthmus.proxy.tunnel.CallerHandlers;
import io.isthmus.proxy.tunnel.HboneServer;
import io.isthmus.proxy.tunnel.OpenTunnel;
import io.isthmus.proxy.tunnel.PooledTunnelDialer;
import io.isthmus.proxy.tunnel.ServerSettings;
import io.isthmus.proxy.tunnel.TunnelDialer;
import io.isthmus.proxy.tunnel.TunnelError;
import io.isthmus.proxy.tunnel.TunnelException;
import io.isthmus.proxy.tunnel.TunnelObserver;
import io.isthmus.proxy.tunnel.TunnelSettings;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A canary of west's next root at a gateway of east: certificates, TLS and streams are real. */
final class CanaryIT {
  private static final TestCa OLD = TestCa.create("west.test");
  private static final TestCa NEXT = TestCa.create("west.test");
  private static final TestCa EAST = TestCa.create("east.test");
  private static final Svid GATEWAY = EAST.svid("isthmus-system", "isthmus-gateway");
  private static final Svid CANARY = NEXT.svid("isthmus-system", "isthmus-mirror-controller");
  private static final BundleSet BEFORE = BundleSet.of(OLD.bundle(), EAST.bundle());
  private static final BundleSet DUAL = BundleSet.of(both(), EAST.bundle());
  private static final Patience SHORT =
      new Patience(Duration.ofMillis(300), Duration.ofMillis(400));

  private final EventLoopGroup loops = Transport.ofThisPlatform().eventLoops(1, "gateway");
  private final CanaryHandshake canaries =
      new CanaryHandshake(Patience.DEFAULT, InstantSource.system());
  private final List<AccessLogEntry> log = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();

  private static TrustBundle both() {
    return new TrustBundle(
        OLD.trustDomain(),
        2,
        TrustBundle.DEFAULT_REFRESH_HINT,
        List.of(OLD.root().certificate(), NEXT.root().certificate()));
  }

  @AfterEach
  void close() throws Exception {
    canaries.close();
    for (AutoCloseable each : toClose) {
      each.close();
    }
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
  }

  private TlsContexts contexts(Svid svid, BundleSet bundles) {
    TlsContexts contexts = new TlsContexts(InstantSource.system(), HandshakeObserver.none());
    contexts.update(new TrustMaterial(svid, bundles, Set.of(OLD.trustDomain())));
    toClose.addFirst(contexts);
    return contexts;
  }

  private PooledTunnelDialer dialer(TlsContexts contexts) {
    PooledTunnelDialer dialer =
        new PooledTunnelDialer(
            contexts,
            new MemoryBudget(MemoryBudget.DEFAULT_BYTES),
            TunnelSettings.DEFAULT,
            TunnelObserver.none());
    toClose.addFirst(dialer);
    return dialer;
  }

  /** A gateway that believes clients by one set of contexts, and servers by another. */
  private InetSocketAddress gateway(TlsContexts asServer, CanaryAnswers asClient) {
    Recorder recorder =
        new Recorder(log::add, ConnectionMetrics.none(), InstantSource.system(), "east");
    Targets targets =
        new Targets(dialer(asServer), Transport.ofThisPlatform().connector(Duration.ofSeconds(2)));
    return serve(
        asServer,
        new ExportHandlers(
            new ConfigHolder(InstantSource.system()),
            new ExportHandlers.Answers(targets, asClient),
            new Connections(),
            recorder));
  }

  private InetSocketAddress serve(TlsContexts contexts, CallerHandlers handlers) {
    HboneServer server =
        new HboneServer(
            contexts,
            new MemoryBudget(MemoryBudget.DEFAULT_BYTES),
            new HboneServer.Service(handlers, AcceptObserver.none()),
            ServerSettings.DEFAULT);
    toClose.addFirst(() -> server.drain(Duration.ZERO).await(2, TimeUnit.SECONDS));
    return (InetSocketAddress)
        server
            .bind(loops, new InetSocketAddress("127.0.0.1", 0))
            .syncUninterruptibly()
            .channel()
            .localAddress();
  }

  private InetSocketAddress gateway(BundleSet bundles) {
    TlsContexts contexts = contexts(GATEWAY, bundles);
    return gateway(contexts, new CanaryAnswers(contexts, Patience.DEFAULT));
  }

  private CanaryOutcome meet(InetSocketAddress gateway) throws Exception {
    return meet(canaries, gateway);
  }

  private static CanaryOutcome meet(CanaryHandshake canaries, InetSocketAddress gateway)
      throws Exception {
    return canaries
        .with(CANARY, new CanaryHandshake.Gateway(gateway, GATEWAY.id(), EAST.bundle()))
        .get(20, TimeUnit.SECONDS);
  }

  private static String reason(Belief belief) {
    assertThat(belief).isInstanceOf(Refused.class);
    return ((Refused) belief).reason();
  }

  private Future<OpenTunnel<App>> ask(InetSocketAddress gateway, Svid svid) {
    return ask(dialer(contexts(svid, DUAL)), gateway);
  }

  private Future<OpenTunnel<App>> ask(PooledTunnelDialer dialer, InetSocketAddress gateway) {
    Endpoint endpoint =
        new Endpoint(
            gateway,
            new Tunnel.Gateway(
                "canary.gateway.isthmus.io:15008",
                ExpectedPeer.Exact.of(GATEWAY.id()),
                Optional.empty()),
            true);
    return dialer.dial(
        endpoint, TunnelDialer.requestTo(endpoint, Map.of()), App::new, loops.next());
  }

  private static int status(Future<?> dialled) {
    Throwable cause = dialled.awaitUninterruptibly().cause();
    assertThat(cause).isInstanceOf(TunnelException.class);
    return ((TunnelError.Refused) ((TunnelException) cause).error()).status();
  }

  @Test
  void gatewayThatTrustsBothRootsBelievesTheCanaryInBothRolesAndNothingStaysOpen()
      throws Exception {
    TlsContexts contexts = contexts(GATEWAY, DUAL);
    InetSocketAddress gateway = gateway(contexts, new CanaryAnswers(contexts, Patience.DEFAULT));
    for (int i = 0; i < 5; i++) {
      assertThat(meet(gateway)).isEqualTo(new CanaryOutcome(new Trusted(), new Trusted()));
    }
    await().until(() -> contexts.livePeers().peers().isEmpty());
    assertThat(log).isEmpty();
  }

  @Test
  void gatewayThatLacksTheNextRootDoesNotLetTheCanaryIn() throws Exception {
    CanaryOutcome outcome = meet(gateway(BEFORE));
    assertThat(reason(outcome.client())).contains("alert unknown_ca");
    assertThat(reason(outcome.server())).startsWith("not tried");
  }

  @Test
  void gatewayWhoseClientLacksTheNextRootRefusesTheCanaryAsAServer() throws Exception {
    CanaryAnswers stale = new CanaryAnswers(contexts(GATEWAY, BEFORE), Patience.DEFAULT);
    CanaryOutcome outcome = meet(gateway(contexts(GATEWAY, DUAL), stale));
    assertThat(outcome.client()).isEqualTo(new Trusted());
    assertThat(reason(outcome.server())).contains("alert unknown_ca");
    await().until(() -> !log.isEmpty());
    assertThat(log.getFirst().outcome().reason()).isEqualTo(EndReason.TLS_FAILED);
    assertThat(log.getFirst().outcome().detail()).startsWith("the canary: ");
  }

  @Test
  void sessionOfSomebodyElseThanTheGatewayIsNoEvidence() throws Exception {
    TlsContexts workload = contexts(EAST.svid("shop", "web"), DUAL);
    CanaryOutcome outcome =
        meet(gateway(contexts(GATEWAY, DUAL), new CanaryAnswers(workload, Patience.DEFAULT)));
    assertThat(outcome.client()).isEqualTo(new Trusted());
    assertThat(reason(outcome.server())).contains("ns/shop/sa/web", GATEWAY.id().toString());
  }

  @Test
  void addressWhereNobodyListensBelievesNothing() throws Exception {
    CanaryOutcome outcome = meet(new InetSocketAddress("127.0.0.1", 1));
    assertThat(reason(outcome.client())).contains("no TCP connection");
    assertThat(outcome.server()).isInstanceOf(Refused.class);
  }

  @Test
  void gatewayThatKnowsNoCanariesSaysSoByItsAnswer() throws Exception {
    InetSocketAddress older =
        serve(
            contexts(GATEWAY, DUAL),
            caller ->
                (stream, request) -> {
                  stream.eventLoop().execute(() -> stream.respond(401));
                  return new ProbeEcho(stream);
                });
    CanaryOutcome outcome = meet(older);
    assertThat(outcome.client()).isEqualTo(new Trusted());
    assertThat(reason(outcome.server())).contains("answered 401").contains("version");
  }

  @Test
  void gatewayThatOpensNoSessionOrSpeaksNoTlsIsGivenUp() throws Exception {
    try (CanaryHandshake impatient = new CanaryHandshake(SHORT, InstantSource.system())) {
      InetSocketAddress silent =
          serve(
              contexts(GATEWAY, DUAL),
              caller ->
                  (stream, request) -> {
                    stream.eventLoop().execute(() -> stream.respond(200));
                    return new ProbeEcho(stream);
                  });
      assertThat(reason(meet(impatient, silent).server())).contains("within 300 ms");
    }
    InetSocketAddress garbled =
        serve(
            contexts(GATEWAY, DUAL),
            caller ->
                (stream, request) -> {
                  App app = new App(stream);
                  stream.eventLoop().execute(() -> stream.respond(200));
                  app.write("this is no TLS record, whoever reads it");
                  return app;
                });
    assertThat(meet(garbled).server()).isInstanceOf(Refused.class);
  }

  @Test
  void nobodyButAMirrorControllerGetsASession() {
    InetSocketAddress gateway = gateway(DUAL);
    for (Svid other :
        List.of(
            OLD.svid("shop", "web"),
            NEXT.svid("isthmus-system", "isthmus-gateway"),
            NEXT.svid("shop", "isthmus-mirror-controller"))) {
      assertThat(status(ask(gateway, other))).as(other.id().toString()).isEqualTo(401);
    }
    await().until(() -> log.size() == 3);
    SpiffeId allowed = OLD.id("isthmus-system", "isthmus-mirror-controller");
    assertThat(log)
        .allSatisfy(entry -> {
          assertThat(entry.outcome().reason()).isEqualTo(EndReason.DENIED);
          assertThat(entry.outcome().detail()).isEqualTo("canaries are for %s alone", allowed);
        });
  }

  @Test
  void canariesOfOneCallerAreFewAtOnceAndLeaveRoomWhenTheyEnd() throws Exception {
    InetSocketAddress gateway = gateway(DUAL);
    PooledTunnelDialer dialer = dialer(contexts(CANARY, DUAL));
    App first = ask(dialer, gateway).get(5, TimeUnit.SECONDS).listener();
    App second = ask(dialer, gateway).get(5, TimeUnit.SECONDS).listener();
    assertThat(status(ask(dialer, gateway))).as("a third one at once").isEqualTo(503);
    await().until(() -> log.size() == 1);
    assertThat(log.getFirst().outcome().reason()).isEqualTo(EndReason.OVERLOADED);
    first.finish();
    second.finish();
    first.end.get(5, TimeUnit.SECONDS);
    second.end.get(5, TimeUnit.SECONDS);
    assertThat(meet(gateway)).isEqualTo(new CanaryOutcome(new Trusted(), new Trusted()));
  }

  @Test
  void canaryThatStallsIsEndedAndLeavesRoomAgain() throws Exception {
    TlsContexts contexts = contexts(GATEWAY, DUAL);
    InetSocketAddress gateway = gateway(contexts, new CanaryAnswers(contexts, SHORT));
    PooledTunnelDialer dialer = dialer(contexts(CANARY, DUAL));
    for (int i = 1; i <= 3; i++) {
      int ended = i;
      App app = ask(dialer, gateway).get(5, TimeUnit.SECONDS).listener();
      await().until(() -> log.size() == ended);
      app.finish();
      app.end.get(5, TimeUnit.SECONDS);
    }
    assertThat(log)
        .allSatisfy(entry -> assertThat(entry.outcome().reason()).isEqualTo(EndReason.TLS_FAILED));
  }

  @Test
  void garbageInTheStreamEndsItAndLeavesRoomAgain() throws Exception {
    InetSocketAddress gateway = gateway(DUAL);
    PooledTunnelDialer dialer = dialer(contexts(CANARY, DUAL));
    for (int i = 0; i < 6; i++) {
      App app = ask(dialer, gateway).get(5, TimeUnit.SECONDS).listener();
      app.write("GET / HTTP/1.1\r\nhost: gateway\r\n\r\n").finish();
      app.end.get(5, TimeUnit.SECONDS);
    }
    await().until(() -> log.size() == 6);
    assertThat(log)
        .allSatisfy(entry -> assertThat(entry.outcome().reason()).isEqualTo(EndReason.TLS_FAILED));
    assertThat(meet(gateway)).isEqualTo(new CanaryOutcome(new Trusted(), new Trusted()));
  }
}

package io.isthmus.gateway.exports;

import static io.isthmus.gateway.exports.Mesh.HELLO;
import static io.isthmus.gateway.exports.Mesh.POD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.gateway.exports.Mesh.App;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.config.TunnelMode;
import io.isthmus.proxy.config.UnmeshedPolicy;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.tunnel.OpenTunnel;
import io.isthmus.proxy.tunnel.TunnelError;
import io.isthmus.proxy.tunnel.TunnelException;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExportsIT {
  private final Mesh mesh = new Mesh(new InetSocketAddress(POD, 15008));

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private void exchange(App app, String message) throws Exception {
    app.write(message).finish();
    assertThat(app.end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    assertThat(app.text()).isEqualTo(message);
  }

  @Test
  void endToEndTheDestinationSeesTheTrueCaller() throws Exception {
    mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    OpenTunnel<App> tunnel = mesh.open(mesh.remote(HELLO, true));
    assertThat(tunnel.peer().id()).isEqualTo(mesh.hello.id());
    exchange(tunnel.listener(), "hello east");
    assertThat(mesh.callers).extracting(c -> c.peer().id()).containsExactly(mesh.web.id());
    assertThat(mesh.requests.getFirst().authority()).isEqualTo(HELLO);
  }

  @Test
  void endToEndTheGatewayJoinsTlsRecordsOnly() throws Exception {
    String pod = "127.77.0.11";
    try (ServerSocket tap = new ServerSocket(15008, 5, InetAddress.getByName(pod))) {
      CompletableFuture<byte[]> first = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> {
            try (Socket joined = tap.accept()) {
              first.complete(joined.getInputStream().readNBytes(6));
            } catch (java.io.IOException e) {
              first.completeExceptionally(e);
            }
          });
      mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed(pod));
      assertThat(mesh.failure(mesh.remote(HELLO, true)))
          .hasMessageContaining("closed the connection during the handshake");
      byte[] hello = first.get(5, TimeUnit.SECONDS);
      assertThat(hello[0]).as("TLS handshake record").isEqualTo((byte) 22);
      assertThat(hello[1]).as("TLS major version").isEqualTo((byte) 3);
      assertThat(hello[5]).as("ClientHello").isEqualTo((byte) 1);
    }
  }

  @Test
  void manyStreamsShareAFewInnerSessions() throws Exception {
    mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    List<OpenTunnel<App>> open = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      open.add(mesh.open(mesh.remote(HELLO, true)));
    }
    for (OpenTunnel<App> tunnel : open) {
      exchange(tunnel.listener(), "m");
    }
    assertThat(mesh.callers.size()).isBetween(2, 4);
  }

  @Test
  void bulkGoesThroughTheInnerSessionInOrder() throws Exception {
    mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    App app = mesh.open(mesh.remote(HELLO, true)).listener();
    StringBuilder sent = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      String line = "line %06d ".formatted(i).repeat(30);
      sent.append(line);
      app.write(line);
    }
    app.finish();
    assertThat(app.end.get(20, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    assertThat(app.text()).isEqualTo(sent.toString());
  }

  @Test
  void terminatedTheDestinationIsToldTheVerifiedCaller() throws Exception {
    // the gateway's own tunnel goes to the meshed port of the endpoint
    mesh.exports(TunnelMode.TERMINATE, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    OpenTunnel<App> tunnel = mesh.open(mesh.remote(HELLO, false));
    assertThat(tunnel.peer().id()).isEqualTo(mesh.gateway.id());
    exchange(tunnel.listener(), "hello east");
    assertThat(mesh.callers).extracting(c -> c.peer().id()).containsExactly(mesh.gateway.id());
    assertThat(mesh.requests.getFirst().authority()).isEqualTo(HELLO);
    assertThat(mesh.requests.getFirst().headers())
        .containsEntry("forwarded", "for=\"" + mesh.web.id() + "\"");
    await().until(() -> !mesh.log.isEmpty());
    assertThat(mesh.log.getFirst().source().identity()).isEqualTo(mesh.web.id().toString());
    assertThat(mesh.log.getFirst().source().cluster()).isEqualTo("west");
    assertThat(mesh.log.getFirst().destination().identity()).isEqualTo(mesh.hello.id().toString());
  }

  @Test
  void terminatedToADestinationWithoutProxyOnlyWhereAllowed() throws Exception {
    try (ServerSocket app = new ServerSocket(0, 5, InetAddress.getByName("127.77.0.12"))) {
      Endpoint plain =
          new Endpoint((InetSocketAddress) app.getLocalSocketAddress(), new Tunnel.Plain(), true);
      mesh.exports(TunnelMode.TERMINATE, UnmeshedPolicy.REFUSE, plain);
      assertThat(statusOf(mesh.remote(HELLO, false))).isEqualTo(503);
      mesh.exports(TunnelMode.TERMINATE, UnmeshedPolicy.ALLOW, plain);
      App caller = mesh.open(mesh.remote(HELLO, false)).listener();
      try (Socket accepted = app.accept()) {
        caller.write("plain").finish();
        assertThat(accepted.getInputStream().readAllBytes()).asString().isEqualTo("plain");
        accepted.getOutputStream().write('!');
      }
      assertThat(caller.end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
      assertThat(caller.text()).isEqualTo("!");
    }
  }

  @Test
  void whatIsNotExportedIsDeniedAndLogged() {
    mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    assertThat(statusOf(mesh.remote("secret.shop.svc.cluster.local:80", true))).isEqualTo(401);
    assertThat(statusOf(mesh.remote(POD + ":15008", false))).isEqualTo(401);
    await().until(() -> mesh.log.size() == 2);
    assertThat(mesh.log.getFirst().outcome().reason()).isEqualTo(EndReason.DENIED);
    assertThat(mesh.log.getFirst().outcome().detail())
        .isEqualTo(
            "not exported: secret.shop.svc.cluster.local:80 is not in the exports to west.test");
    assertThat(mesh.log.getFirst().source().identity()).isEqualTo(mesh.web.id().toString());
    assertThat(mesh.callers).isEmpty();
  }

  @Test
  void aDestinationThatCannotBeConnectedIsUnavailable() {
    mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed("127.77.0.99"));
    assertThat(statusOf(mesh.remote(HELLO, true))).isEqualTo(503);
    await().until(() -> !mesh.log.isEmpty());
    assertThat(mesh.log.getFirst().outcome().reason()).isEqualTo(EndReason.CONNECT_FAILED);
  }

  @Test
  void aDrainWaitsForARequestWhoseDestinationIsBeingConnected() throws Exception {
    String pod = "127.77.0.13";
    try (ServerSocket held = new ServerSocket(15008, 5, InetAddress.getByName(pod))) {
      mesh.exports(TunnelMode.TERMINATE, UnmeshedPolicy.REFUSE, mesh.meshed(pod));
      Endpoint endpoint = mesh.remote(HELLO, false);
      Future<?> dialled = mesh.dial(endpoint);
      Socket tunnel = held.accept(); // the gateway's own tunnel, whose handshake is held
      CompletableFuture<Void> empty = mesh.connections.whenEmpty();
      assertThat(empty).isNotDone();
      tunnel.close();
      assertThat(dialled.await(5, TimeUnit.SECONDS)).isTrue();
      empty.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void anotherEndpointIsTriedWhenTheFirstCannotBeConnected() throws Exception {
    mesh.exports(
        TunnelMode.END_TO_END,
        UnmeshedPolicy.REFUSE,
        mesh.meshed("127.77.0.98"),
        mesh.meshed("127.77.0.99"),
        mesh.meshed(POD));
    for (int i = 0; i < 5; i++) {
      exchange(mesh.open(mesh.remote(HELLO, true)).listener(), "found");
    }
  }

  @Test
  void probesAreEchoedAndTheirEndAnswered() throws Exception {
    exchange(mesh.open(mesh.remote("probe.gateway.isthmus.io:15008", false)).listener(), "ping");
    assertThat(mesh.log).isEmpty();
  }

  @Test
  void aStreamIsCutWhenItsExportIsTakenBack() throws Exception {
    mesh.exports(TunnelMode.TERMINATE, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    mesh.config.subscribe(mesh.connections::reevaluate);
    App app = mesh.open(mesh.remote(HELLO, false)).listener();
    app.write("before");
    await().until(() -> app.text().equals("before"));
    mesh.config.set(io.isthmus.proxy.config.MeshConfig.EMPTY);
    assertThat(app.end.get(5, TimeUnit.SECONDS)).isInstanceOf(StreamEnd.ResetByPeer.class);
    await().until(() -> !mesh.log.isEmpty());
    assertThat(mesh.log.getFirst().outcome().reason()).isEqualTo(EndReason.DENIED_LATER);
  }

  @Test
  void aDrainingGatewayIsLeftAsSoonAsTheLastStreamHasEnded() throws Exception {
    mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    exchange(mesh.open(mesh.remote(HELLO, true)).listener(), "leaves an idle session behind");
    App app = mesh.open(mesh.remote(HELLO, true)).listener();
    app.write("before");
    await().until(() -> app.text().equals("before"));
    Future<Void> left = mesh.gatewayServer.drain(Duration.ofSeconds(30));
    app.write(" and during");
    await().until(() -> app.text().equals("before and during"));
    assertThat(left.isDone()).as("a stream is still open").isFalse();
    app.finish();
    assertThat(app.end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    assertThat(left.await(5, TimeUnit.SECONDS)).as("the gateway could leave").isTrue();
    await().until(() -> mesh.connections.count() == 0);
  }

  @Test
  void anIdleSessionLeavesADrainingGatewayAtOnce() throws Exception {
    mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    exchange(mesh.open(mesh.remote(HELLO, true)).listener(), "once");
    assertThat(mesh.connections.count()).isEqualTo(1);
    assertThat(mesh.gatewayServer.drain(Duration.ofSeconds(30)).await(5, TimeUnit.SECONDS))
        .isTrue();
    await().until(() -> mesh.connections.count() == 0);
  }

  @Test
  void noStreamIsLostWhenTheGatewayDrainsUnderLoad() throws Exception {
    mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    List<App> open = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      open.add(mesh.open(mesh.remote(HELLO, true)).listener().write("first "));
    }
    Future<Void> left = mesh.gatewayServer.drain(Duration.ofSeconds(30));
    for (App app : open) {
      app.write("second");
      await().until(() -> app.text().equals("first second"));
      app.finish();
      assertThat(app.end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    }
    assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aDrainingDestinationIsLeftAsSoonAsTheLastStreamHasEnded() throws Exception {
    mesh.exports(TunnelMode.END_TO_END, UnmeshedPolicy.REFUSE, mesh.meshed(POD));
    App app = mesh.open(mesh.remote(HELLO, true)).listener();
    app.write("before");
    await().until(() -> app.text().equals("before"));
    Future<Void> left = mesh.destinationServer.drain(Duration.ofSeconds(30));
    app.write(" and during");
    await().until(() -> app.text().equals("before and during"));
    assertThat(left.isDone()).as("a stream is still open").isFalse();
    assertThat(statusOf(mesh.remote(HELLO, true))).as("new ones do not join it").isEqualTo(503);
    app.finish();
    assertThat(app.end.get(5, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Clean());
    assertThat(left.await(5, TimeUnit.SECONDS)).as("the destination could leave").isTrue();
    await().until(() -> mesh.connections.count() == 0);
  }

  private int statusOf(Endpoint endpoint) {
    Throwable failure = mesh.failure(endpoint);
    assertThat(failure).isInstanceOf(TunnelException.class);
    TunnelError error = ((TunnelException) failure).error();
    assertThat(error).isInstanceOf(TunnelError.Refused.class);
    return ((TunnelError.Refused) error).status();
  }
}

package io.isthmus.proxy.hbone;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class HalfCloseTest {

  @Test
  void goesOnSendingAfterThePeerEnded() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).end(1).send();
    peer.sent();
    RecordingListener tunnel = peer.accepted.get(0);

    tunnel.stream().write(Unpooled.copiedBuffer("late", US_ASCII));
    assertThat(peer.sent()).containsExactly("DATA 1 4");
    assertThat(tunnel.end).isNull();
    tunnel.stream().end();

    assertThat(peer.sent()).containsExactly("DATA 1 0 END");
    assertThat(tunnel.end).isEqualTo(new StreamEnd.Clean());
  }

  @Test
  void goesOnReceivingAfterItsOwnEnd() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    RecordingListener tunnel = peer.accepted.get(0);
    tunnel.stream().end();

    peer.data(1, "still here").send();
    assertThat(tunnel.received.toString(US_ASCII)).isEqualTo("still here");
    assertThat(tunnel.end).isNull();
    peer.end(1).send();

    assertThat(tunnel.end).isEqualTo(new StreamEnd.Clean());
  }

  @Test
  void endsOnlyAfterAllQueuedBytes() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    TunnelStream stream = peer.accepted.get(0).stream();
    stream.write(Unpooled.buffer(65_540).writeZero(65_540));
    stream.end();

    assertThat(peer.sent()).noneMatch(frame -> frame.endsWith("END"));
    peer.credit(0, 100).credit(1, 100).send();

    assertThat(peer.sent()).containsExactly("DATA 1 5 END");
  }

  @Test
  void keepsAnEarlyEndUntilTheTunnelIsOpen() {
    RawPeer peer = RawPeer.ofClient();
    RecordingListener tunnel = peer.open();
    tunnel.stream().end();

    assertThat(peer.sent()).containsExactly("HEADERS 1");
    peer.response(1, "200").send();

    assertThat(peer.sent()).containsExactly("DATA 1 0 END");
    assertThat(tunnel.end).isNull();
  }

  @Test
  void takesTheEndWithTheRequestAndWithTheResponse() {
    RawPeer server = RawPeer.ofServer();
    server
        .headersWith(
            Frame.END_HEADERS | Frame.END_STREAM, 1, ":method", "CONNECT", ":authority", "a:80")
        .send();
    assertThat(server.accepted.get(0).events).containsExactly("remote end");

    RawPeer client = RawPeer.ofClient();
    RecordingListener tunnel = client.open();
    client.headersWith(Frame.END_HEADERS | Frame.END_STREAM, 1, ":status", "200").send();
    assertThat(tunnel.events).containsExactly("response 200", "remote end");
    assertThat(client.connection.activeStreams()).isEqualTo(1);
  }

  @Test
  void asksForNoMoreBytesOfADirectionThatEnded() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer().withWindows(1_000, 65_535));
    peer.connect(1).data(1, 900).end(1).send();
    peer.sent();

    peer.accepted.get(0).stream().consumed(900);

    assertThat(peer.sent()).isEmpty();
  }

  @Test
  void hasBytesAndEndOfOneReadInOrder() {
    RawPeer peer = RawPeer.ofServer();

    peer.connect(1).frame(Frame.DATA, Frame.END_STREAM, 1, new byte[3]).send();

    assertThat(peer.accepted.get(0).events)
        .containsExactly("data 3", "remote end", "read complete");
  }
}

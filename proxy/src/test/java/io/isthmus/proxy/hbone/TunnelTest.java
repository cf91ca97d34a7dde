package io.isthmus.proxy.hbone;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class TunnelTest {

  @Test
  void carriesBytesBothWaysAndEndsCleanly() {
    RawPeer peer = RawPeer.ofServer();

    peer.connect(1).data(1, "ping").send();
    peer.accepted.get(0).stream().write(Unpooled.copiedBuffer("pong", US_ASCII));
    peer.accepted.get(0).stream().end();
    peer.end(1).send();

    assertThat(peer.sent()).containsExactly("HEADERS 1", "DATA 1 4 END");
    assertThat(peer.accepted.get(0).received.toString(US_ASCII)).isEqualTo("ping");
    assertThat(peer.accepted.get(0).events)
        .containsExactly("data 4", "read complete", "remote end", "closed Clean[]");
    assertThat(peer.events.active).isZero();
  }

  @Test
  void readsTheSameFromSingleBytes() {
    RawPeer peer = RawPeer.ofServer();

    peer.connect(1).data(1, "ping").end(1).sendByteByByte();

    assertThat(peer.accepted.get(0).received.toString(US_ASCII)).isEqualTo("ping");
    assertThat(peer.accepted.get(0).events).contains("remote end");
  }

  @Test
  void handsTheRequestOver() {
    RawPeer peer = RawPeer.ofServer();

    peer.headers(
            1,
            ":method",
            "CONNECT",
            ":authority",
            "[fd00::1]:80",
            "baggage",
            "a=b",
            "forwarded",
            "for=\"10.0.0.9:1234\"")
        .send();

    assertThat(peer.requests).hasSize(1);
    assertThat(peer.requests.get(0).authority()).isEqualTo("[fd00::1]:80");
    assertThat(peer.requests.get(0).headers())
        .containsEntry("baggage", "a=b")
        .containsEntry("forwarded", "for=\"10.0.0.9:1234\"");
  }

  @Test
  void holdsBytesOfTheClientUntilTheTunnelIsOpen() {
    RawPeer peer = RawPeer.ofClient();
    RecordingListener tunnel = peer.open();
    tunnel.stream().write(Unpooled.copiedBuffer("early", US_ASCII));

    assertThat(peer.sent()).containsExactly("HEADERS 1");
    peer.response(1, "200").send();

    assertThat(peer.sent()).containsExactly("DATA 1 5");
    assertThat(tunnel.events).contains("response 200");
  }

  @Test
  void endsTheStreamOnARefusal() {
    RawPeer peer = RawPeer.ofClient();
    RecordingListener tunnel = peer.open();
    peer.sent();

    peer.headersWith(Frame.END_HEADERS | Frame.END_STREAM, 1, ":status", "503").send();

    assertThat(tunnel.events).containsExactly("response 503", "closed Clean[]");
    assertThat(peer.sent()).containsExactly("DATA 1 0 END");
  }

  @Test
  void refusesWithTheStatusAndAsksForNoMoreBytes() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer(), stream -> stream.respond(503));

    peer.connect(1).send();

    List<SentFrame> frames = peer.frames();
    assertThat(frames.toString()).isEqualTo("[HEADERS 1 END, RST_STREAM 1 NO_ERROR]");
    assertThat(peer.status(frames.get(0))).isEqualTo("503");
    assertThat(peer.accepted.get(0).events).containsExactly("closed Clean[]");
  }

  @Test
  void answersLater() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer(), stream -> {});
    peer.connect(1).send();
    assertThat(peer.sent()).isEmpty();

    peer.accepted.get(0).stream().respond(200);

    assertThat(peer.sent()).containsExactly("HEADERS 1");
  }

  @Test
  void gathersSmallWritesIntoOneFrame() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    peer.sent();

    for (int i = 0; i < 100; i++) {
      peer.accepted.get(0).stream().write(Unpooled.copiedBuffer("abc", US_ASCII));
    }

    assertThat(peer.sent()).containsExactly("DATA 1 300");
  }

  @Test
  void resetsOnlyTheStreamWhoseListenerFails() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer(), stream -> stream.respond(200));
    peer.connect(1).connect(3).send();
    peer.sent();
    peer.accepted.get(0).stream = null; // makes the writability callback fail

    HboneStream first = peerStream(peer, 1);
    first.write(Unpooled.buffer(HboneStream.HIGH_WATER).writerIndex(HboneStream.HIGH_WATER));

    assertThat(peer.sent()).contains("RST_STREAM 1 INTERNAL_ERROR").doesNotContain("GOAWAY");
    assertThat(peer.connection.activeStreams()).isEqualTo(1);
  }

  @Test
  void resetsOnlyTheStreamWhoseHandlerFails() {
    RawPeer peer =
        RawPeer.ofServer(
            HboneSettings.forServer(),
            stream -> {
              if (stream.id() == 1) {
                throw new IllegalStateException("as the test wants");
              }
              stream.respond(200);
            });

    peer.connect(1).connect(3).send();

    assertThat(peer.sent()).containsExactly("RST_STREAM 1 INTERNAL_ERROR", "HEADERS 3");
  }

  private static HboneStream peerStream(RawPeer peer, int id) {
    Session session = peer.connection.session();
    HboneStream stream = session == null ? null : session.streams().get(id);
    if (stream == null) {
      throw new AssertionError("no stream " + id);
    }
    return stream;
  }
}

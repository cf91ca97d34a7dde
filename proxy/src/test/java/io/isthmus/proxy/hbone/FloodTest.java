package io.isthmus.proxy.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FloodTest {

  private static final HboneSettings STRICT =
      HboneSettings.forServer().withPeerTrust(PeerTrust.ANONYMOUS);

  @Test
  void endsAFloodOfResets() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    for (int i = 0; i <= limit(Flood.RESETS); i++) {
      peer.connect(1 + 2 * i).reset(1 + 2 * i, ErrorCode.CANCEL);
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void letsAnAuthenticatedPeerResetManyStreams() {
    RawPeer peer = RawPeer.ofServer();

    for (int i = 0; i < 5_000; i++) {
      peer.connect(1 + 2 * i).reset(1 + 2 * i, ErrorCode.CANCEL).send();
    }

    assertThat(peer.events.end).isNull();
    assertThat(peer.requests).hasSize(5_000);
    assertThat(peer.sent()).noneMatch(frame -> frame.startsWith("GOAWAY"));
  }

  @Test
  void countsResetsThatThePeerProvokes() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    for (int i = 0; i <= limit(Flood.RESETS); i++) {
      peer.connect(1 + 2 * i).credit(1 + 2 * i, 0);
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void countsRefusedRequests() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    for (int i = 0; i <= limit(Flood.RESETS); i++) {
      peer.headers(1 + 2 * i, ":method", "GET", ":scheme", "https", ":path", "/");
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void endsAFloodOfPings() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    for (int i = 0; i <= limit(Flood.PINGS); i++) {
      peer.ping(0, i);
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void endsAFloodOfSettings() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    for (int i = 0; i <= limit(Flood.SETTINGS); i++) {
      peer.settings();
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void endsAFloodOfEmptyData() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    peer.connect(1);
    for (int i = 0; i <= limit(Flood.EMPTY_DATA); i++) {
      peer.data(1, 0);
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void countsPaddingWithoutDataAsEmpty() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    peer.connect(1);
    for (int i = 0; i <= limit(Flood.EMPTY_DATA); i++) {
      peer.frame(Frame.DATA, Frame.PADDED, 1, (byte) 1, (byte) 0);
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void endsAFloodOfTinyWindowUpdates() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    for (int i = 0; i <= limit(Flood.TINY_WINDOW_UPDATES); i++) {
      peer.credit(0, 1);
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void endsAFloodOfSmallData() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    peer.connect(1);
    for (int i = 0; i <= limit(Flood.SMALL_FRAMES); i++) {
      peer.data(1, 1);
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void endsAFloodOfFramesThatCarryNothing() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    for (int i = 0; i <= limit(Flood.SMALL_FRAMES) / 2; i++) {
      peer.frame(0x77, 0, 0).frame(Frame.PRIORITY, 0, 1, new byte[5]);
    }
    peer.send();

    assertCalmed(peer);
  }

  @Test
  void startsANewBudgetWithEachKeepaliveInterval() {
    RawPeer peer = RawPeer.ofServer(STRICT);

    for (int window = 0; window < 3; window++) {
      for (int i = 0; i < limit(Flood.PINGS); i++) {
        peer.ping(0, i);
      }
      peer.send();
      peer.advance(Keepalive.DEFAULT.interval());
    }

    assertThat(peer.events.end).isNull();
  }

  private static int limit(Flood kind) {
    return kind.limit(PeerTrust.ANONYMOUS);
  }

  private static void assertCalmed(RawPeer peer) {
    assertThat(peer.sent().getLast()).endsWith("ENHANCE_YOUR_CALM");
    assertThat(peer.events.end)
        .isInstanceOfSatisfying(
            ConnectionEnd.ProtocolViolation.class,
            end -> assertThat(end.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM));
    assertThat(peer.channel.isOpen()).isFalse();
  }
}

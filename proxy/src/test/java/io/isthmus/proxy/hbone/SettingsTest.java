package io.isthmus.proxy.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class SettingsTest {

  @Test
  void acknowledgesSettings() {
    RawPeer peer = RawPeer.ofServer();

    peer.settings(Frame.MAX_CONCURRENT_STREAMS, 7, 0x99, 1).send();

    assertThat(peer.sent()).containsExactly("SETTINGS ACK");
    assertThat(peer.events.peerMaxConcurrentStreams).isEqualTo(7);
  }

  @Test
  void refusesValuesOutOfBounds() {
    assertRefused(RawPeer.ofServer(), Frame.ENABLE_PUSH, 2, ErrorCode.PROTOCOL_ERROR);
    assertRefused(RawPeer.ofClient(), Frame.ENABLE_PUSH, 1, ErrorCode.PROTOCOL_ERROR);
    assertRefused(RawPeer.ofServer(), Frame.MAX_FRAME_SIZE, 16_383, ErrorCode.PROTOCOL_ERROR);
    assertRefused(RawPeer.ofServer(), Frame.MAX_FRAME_SIZE, 1 << 24, ErrorCode.PROTOCOL_ERROR);
    assertRefused(
        RawPeer.ofServer(), Frame.INITIAL_WINDOW_SIZE, 1 << 31, ErrorCode.FLOW_CONTROL_ERROR);
  }

  @Test
  void appliesANewInitialWindowToOpenStreams() {
    RawPeer peer = withStream();
    peer.credit(0, 1_000_000).send();
    peer.accepted.get(0).stream().write(Unpooled.buffer(70_000).writeZero(70_000));
    peer.sent();

    peer.settings(Frame.INITIAL_WINDOW_SIZE, 65_535 + 100).send();

    assertThat(peer.sent()).containsExactly("SETTINGS ACK", "DATA 1 100");
  }

  @Test
  void letsAWindowFallBelowZeroAndWaitsUntilItIsAbove() {
    RawPeer peer = withStream();
    peer.credit(0, 1_000_000).send();
    peer.accepted.get(0).stream().write(Unpooled.buffer(70_000).writeZero(70_000));
    peer.sent();

    peer.settings(Frame.INITIAL_WINDOW_SIZE, 100).credit(1, 65_435).send();
    assertThat(peer.sent()).containsExactly("SETTINGS ACK");
    peer.credit(1, 3).send();

    assertThat(peer.sent()).containsExactly("DATA 1 3");
  }

  @Test
  void endsTheConnectionWhenANewInitialWindowOverflowsAStream() {
    RawPeer peer = withStream();

    peer.credit(1, Integer.MAX_VALUE - 65_535).settings(Frame.INITIAL_WINDOW_SIZE, 65_536).send();

    assertThat(peer.sent()).contains("GOAWAY 1 FLOW_CONTROL_ERROR");
  }

  @Test
  void sendsLargerFramesWhenThePeerTakesThem() {
    RawPeer peer = withStream();
    peer.settings(Frame.MAX_FRAME_SIZE, 1 << 20).send();
    peer.sent();

    peer.accepted.get(0).stream().write(Unpooled.buffer(60_000).writeZero(60_000));

    assertThat(peer.sent()).containsExactly("DATA 1 60000");
  }

  @Test
  void countsAShrunkWindowFromItsAcknowledgement() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer().withWindows(20_000, 65_535));
    peer.connect(1).send();
    peer.connection.resizeStreamWindow(5_000);
    peer.sent();

    peer.data(1, 16_000).send();
    assertThat(peer.sent()).isEmpty();
    peer.frame(Frame.SETTINGS, Frame.ACK, 0).data(1, 1).send();

    assertThat(peer.sent()).containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR");
  }

  @Test
  void countsAGrownWindowAtOnce() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer().withWindows(16_000, 65_535));
    peer.connect(1).send();
    peer.connection.resizeStreamWindow(30_000);

    peer.data(1, 16_000).data(1, 14_000).send();

    assertThat(peer.sent()).containsExactly("HEADERS 1", "SETTINGS");
    assertThatThrownBy(() -> peer.connection.resizeStreamWindow(65_536))
        .hasMessage("stream window is 65536, expected 1 to 65535");
  }

  @Test
  void endsTheConnectionWhenSettingsAreNotAcknowledged() {
    RawPeer peer = RawPeer.ofServer();
    peer.connection.resizeStreamWindow(70_000);

    peer.advance(Keepalive.DEFAULT.timeout().minusMillis(1));
    assertThat(peer.events.end).isNull();
    peer.advance(java.time.Duration.ofMillis(1));

    assertThat(peer.sent()).contains("GOAWAY 0 SETTINGS_TIMEOUT");
    assertThat(peer.channel.isOpen()).isFalse();
  }

  @Test
  void refusesAnAcknowledgementOfNothing() {
    RawPeer peer = RawPeer.ofServer();

    peer.frame(Frame.SETTINGS, Frame.ACK, 0).send();

    assertThat(peer.sent()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");
  }

  @Test
  void expectsThePrefaceAndThenSettings() {
    RawPeer http1 = RawPeer.silentClient();
    http1.bytes("GET / HTTP/1.1\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).send();
    assertThat(http1.sent()).contains("GOAWAY 0 PROTOCOL_ERROR");

    RawPeer ping = RawPeer.silentClient();
    ping.bytes(FrameReader.PREFACE).ping(0, 1).send();
    assertThat(ping.sent()).contains("GOAWAY 0 PROTOCOL_ERROR");
  }

  @Test
  void namesSettingsThatCannotBe() {
    HboneSettings settings = HboneSettings.forClient();

    assertThatThrownBy(() -> settings.withWindows(1 << 20, 1 << 19))
        .hasMessage("stream window is 1048576, expected 1 to 524288");
    assertThatThrownBy(() -> settings.withWindows(1, 65_534))
        .hasMessageStartingWith("connection window is 65534, expected 65535");
    assertThatThrownBy(() -> settings.withMaxFrameSize(100))
        .hasMessage("maximal frame size is 100, expected 16384 to 16777215");
  }

  private static void assertRefused(RawPeer peer, int id, int value, ErrorCode code) {
    peer.settings(id, value).send();
    assertThat(peer.sent()).containsExactly("GOAWAY 0 " + code);
  }

  private static RawPeer withStream() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    peer.sent();
    return peer;
  }
}

package io.isthmus.proxy.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class FlowControlTest {

  private static final HboneSettings SMALL = HboneSettings.forServer().withWindows(20_000, 65_535);

  @Test
  void opensTheConnectionWindowAtTheStart() {
    RawPeer peer = RawPeer.silentClient();

    assertThat(peer.sent()).containsExactly("SETTINGS", "WINDOW_UPDATE 0 " + ((4 << 20) - 65_535));
  }

  @Test
  void returnsCreditOfStreamAndConnectionInHalfWindows() {
    RawPeer peer = withStream(SMALL);
    TunnelStream stream = peer.accepted.get(0).stream();

    peer.data(1, 16_000).send();
    stream.consumed(9_999);
    assertThat(peer.sent()).isEmpty();
    stream.consumed(1);
    assertThat(peer.sent()).containsExactly("WINDOW_UPDATE 1 10000");
    peer.data(1, 10_000).data(1, 4_000).send();
    stream.consumed(6_000);
    stream.consumed(14_000);

    assertThat(peer.sent()).containsExactly("WINDOW_UPDATE 1 20000");
    assertThat(session(peer).receiveWindow().outstanding()).isZero();
  }

  @Test
  void givesTheCreditOfAnAbortedAppBackToTheConnection() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer().withWindows(40_000, 65_535));
    peer.connect(1).send();
    peer.sent();

    peer.data(1, 16_000).data(1, 16_000).data(1, 8_000).send();
    peer.accepted.get(0).stream().reset(ErrorCode.CANCEL);

    assertThat(peer.sent()).containsExactly("RST_STREAM 1 CANCEL", "WINDOW_UPDATE 0 40000");
  }

  @Test
  void givesTheCreditOfLateBytesBackToTheConnection() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer().withWindows(40_000, 65_535));
    peer.connect(1).send();
    peer.accepted.get(0).stream().reset(ErrorCode.CANCEL);
    peer.sent();

    peer.data(1, 16_000).data(1, 16_000).data(1, 8_000).send();

    assertThat(peer.sent()).containsExactly("WINDOW_UPDATE 0 40000");
    assertThat(session(peer).receiveWindow().outstanding()).isZero();
  }

  @Test
  void givesTheRestOfAFrameBackWhenTheStreamIsResetInTheMiddleOfIt() {
    RawPeer peer = withStream(SMALL);

    peer.frameOfLength(10_000, Frame.DATA, 0, 1, new byte[4_000]).send();
    peer.accepted.get(0).stream().reset(ErrorCode.CANCEL);
    peer.bytes(new byte[6_000]).send();

    assertThat(session(peer).receiveWindow().outstanding()).isZero();
    assertThat(peer.accepted.get(0).received.size()).isEqualTo(4_000);
    assertThat(peer.events.end).isNull();
  }

  @Test
  void countsPaddingAndReturnsItAtOnce() {
    RawPeer peer = withStream(SMALL);
    byte[] padded = new byte[1 + 3 + 200];
    padded[0] = (byte) 200;

    peer.frame(Frame.DATA, Frame.PADDED, 1, padded).send();

    assertThat(peer.accepted.get(0).received.size()).isEqualTo(3);
    assertThat(session(peer).receiveWindow().outstanding()).isEqualTo(3);
  }

  @Test
  void resetsAStreamThatOverrunsItsWindow() {
    RawPeer peer = withStream(SMALL);

    peer.data(1, 16_000).data(1, 4_001).send();

    assertThat(peer.sent()).contains("RST_STREAM 1 FLOW_CONTROL_ERROR");
    assertThat(peer.events.end).isNull();
  }

  @Test
  void endsAConnectionThatOverrunsItsWindow() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer().withWindows(65_535, 65_535));
    peer.connect(1).connect(3).send();

    for (int i = 0; i < 5; i++) {
      peer.data(1 + 2 * (i % 2), 16_000);
    }
    peer.send();

    assertThat(peer.sent()).contains("GOAWAY 3 FLOW_CONTROL_ERROR");
    assertThat(peer.channel.isOpen()).isFalse();
  }

  @Test
  void keepsToTheWindowsOfThePeer() {
    RawPeer peer = withStream(HboneSettings.forServer());
    peer.accepted.get(0).stream().write(zeros(100_000));

    assertThat(peer.sent())
        .containsExactly("DATA 1 16384", "DATA 1 16384", "DATA 1 16384", "DATA 1 16383");
    peer.credit(1, 10).send();
    assertThat(peer.sent()).isEmpty();
    peer.credit(0, 5).send();
    assertThat(peer.sent()).containsExactly("DATA 1 5");
    peer.credit(0, 100_000).credit(1, 100_000).send();
    assertThat(peer.sent()).containsExactly("DATA 1 16384", "DATA 1 16384", "DATA 1 1692");
  }

  @Test
  void sendsTheEndWithNoWindowLeft() {
    RawPeer peer = withStream(HboneSettings.forServer());
    TunnelStream stream = peer.accepted.get(0).stream();
    stream.write(zeros(65_535));
    peer.sent();

    stream.end();

    assertThat(peer.sent()).containsExactly("DATA 1 0 END");
  }

  @Test
  void sharesTheConnectionFairlyBetweenStreams() {
    RawPeer peer = withStream(HboneSettings.forServer());
    peer.connect(3).send();
    peer.sent();

    peer.accepted.get(0).stream().write(zeros(40_000));
    peer.accepted.get(1).stream().write(zeros(40_000));

    assertThat(peer.sent())
        .startsWith("DATA 1 16384", "DATA 3 16384", "DATA 1 16384", "DATA 3 16383");
  }

  @Test
  void refusesWindowUpdatesOfZeroAndBeyondTheBound() {
    RawPeer peer = withStream(HboneSettings.forServer());
    peer.credit(1, 0).send();
    assertThat(peer.sent()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");

    peer.connect(3).credit(3, Integer.MAX_VALUE).send();
    assertThat(peer.sent()).contains("RST_STREAM 3 FLOW_CONTROL_ERROR");

    peer.credit(0, Integer.MAX_VALUE).send();
    assertThat(peer.sent()).containsExactly("GOAWAY 3 FLOW_CONTROL_ERROR");
  }

  @Test
  void endsTheConnectionOnAConnectionUpdateOfZero() {
    RawPeer peer = RawPeer.ofServer();

    peer.credit(0, 0).send();

    assertThat(peer.sent()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");
  }

  @Test
  void tellsTheOtherLegToStopAndToGoOn() {
    RawPeer peer = withStream(HboneSettings.forServer());
    RecordingListener listener = peer.accepted.get(0);

    listener.stream().write(zeros(65_535 + HboneStream.HIGH_WATER));
    assertThat(listener.stream().isWritable()).isFalse();
    peer.sent();
    peer.credit(0, 200_000).credit(1, HboneStream.HIGH_WATER - HboneStream.LOW_WATER - 1).send();
    assertThat(listener.stream().isWritable()).isFalse();
    peer.credit(1, 1).send();

    assertThat(listener.stream().isWritable()).isTrue();
    assertThat(listener.events).containsExactly("not writable", "writable");
  }

  @Test
  void holdsDataBackWhileTheChannelIsFull() {
    RawPeer peer = withStream(HboneSettings.forServer());
    RecordingListener listener = peer.accepted.get(0);

    peer.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    peer.channel.runPendingTasks();
    assertThat(listener.stream().isWritable()).isFalse();
    listener.stream().write(zeros(10));
    assertThat(peer.sent()).isEmpty();
    peer.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);

    assertThat(peer.sent()).containsExactly("DATA 1 10");
    assertThat(listener.events).containsExactly("not writable", "writable");
  }

  @Test
  void refusesMoreCreditThanWasHeld() {
    RawPeer peer = withStream(SMALL);
    peer.data(1, 5).send();

    assertThatThrownBy(() -> peer.accepted.get(0).stream().consumed(6))
        .hasMessage("consumed 6 bytes of stream 1, which holds 5");
  }

  private static ByteBuf zeros(int count) {
    return Unpooled.buffer(count).writeZero(count);
  }

  private static RawPeer withStream(HboneSettings settings) {
    RawPeer peer = RawPeer.ofServer(settings);
    peer.connect(1).send();
    peer.sent();
    return peer;
  }

  private static Session session(RawPeer peer) {
    Session session = peer.connection.session();
    if (session == null) {
      throw new AssertionError("not started");
    }
    return session;
  }
}

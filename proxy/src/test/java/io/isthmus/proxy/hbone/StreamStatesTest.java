package io.isthmus.proxy.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StreamStatesTest {

  @Test
  void endsTheConnectionOnFramesOfIdleStreams() {
    assertFault(peer -> peer.data(1, 1), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.reset(1, ErrorCode.CANCEL), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.credit(1, 1), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.connect(1).data(2, 1), "GOAWAY 1 PROTOCOL_ERROR");
  }

  @Test
  void endsTheConnectionOnFramesOfTheWrongStreamNumber() {
    assertFault(peer -> peer.data(0, 1), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.connect(0), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.connect(2), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.frame(Frame.PRIORITY, 0, 0, new byte[5]), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.reset(0, ErrorCode.CANCEL), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.frame(Frame.SETTINGS, 0, 1), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.frame(Frame.PING, 0, 1, new byte[8]), "GOAWAY 0 PROTOCOL_ERROR");
    assertFault(peer -> peer.frame(Frame.GOAWAY, 0, 1, new byte[8]), "GOAWAY 0 PROTOCOL_ERROR");
  }

  @Test
  void endsTheConnectionOnFramesOfTheWrongLength() {
    assertFault(peer -> peer.frame(Frame.PING, 0, 0, new byte[7]), "GOAWAY 0 FRAME_SIZE_ERROR");
    assertFault(peer -> peer.frame(Frame.SETTINGS, 0, 0, new byte[5]), "GOAWAY 0 FRAME_SIZE_ERROR");
    assertFault(peer -> peer.frame(Frame.SETTINGS, 1, 0, new byte[6]), "GOAWAY 0 FRAME_SIZE_ERROR");
    assertFault(peer -> peer.frame(Frame.GOAWAY, 0, 0, new byte[7]), "GOAWAY 0 FRAME_SIZE_ERROR");
    assertFault(
        peer -> peer.frame(Frame.WINDOW_UPDATE, 0, 0, new byte[3]), "GOAWAY 0 FRAME_SIZE_ERROR");
    assertFault(
        peer -> peer.connect(1).frame(Frame.RST_STREAM, 0, 1, new byte[5]),
        "GOAWAY 1 FRAME_SIZE_ERROR");
    assertFault(
        peer -> peer.connect(1).frame(Frame.DATA, Frame.PADDED, 1), "GOAWAY 1 FRAME_SIZE_ERROR");
    assertFault(
        peer -> peer.frame(Frame.HEADERS, Frame.WITH_PRIORITY, 1, new byte[4]),
        "GOAWAY 0 FRAME_SIZE_ERROR");
  }

  @Test
  void endsTheConnectionOnAFrameLongerThanAdvertised() {
    assertFault(
        peer -> peer.connect(1).frameOfLength(65_537, Frame.DATA, 0, 1),
        "GOAWAY 1 FRAME_SIZE_ERROR");
  }

  @Test
  void endsTheConnectionOnAnIdThatIsNotAboveTheLastOne() {
    assertFault(peer -> peer.connect(5).connect(3), "GOAWAY 5 PROTOCOL_ERROR");
  }

  @Test
  void endsTheConnectionOnHeadersOfAClosedStream() {
    assertFault(
        peer -> peer.connect(1).reset(1, ErrorCode.CANCEL).connect(1), "GOAWAY 1 STREAM_CLOSED");
  }

  @Test
  void resetsAStreamThatSendsAfterItsEnd() {
    RawPeer peer = RawPeer.ofServer();

    peer.connect(1).end(1).data(1, 5).send();

    assertThat(peer.sent()).containsExactly("HEADERS 1", "RST_STREAM 1 STREAM_CLOSED");
    assertThat(peer.events.end).isNull();
  }

  @Test
  void answersDataOfAStreamThatThePeerReset() {
    RawPeer peer = RawPeer.ofServer();

    peer.connect(1).reset(1, ErrorCode.CANCEL).data(1, 5).send();

    assertThat(peer.sent()).contains("RST_STREAM 1 STREAM_CLOSED");
  }

  @Test
  void ignoresWhatWasOnTheWayWhenWeReset() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    peer.accepted.get(0).stream().reset(ErrorCode.CANCEL);
    peer.sent();

    peer.data(1, 5).credit(1, 5).reset(1, ErrorCode.CANCEL).connect(1).send();

    assertThat(peer.sent()).isEmpty();
    assertThat(peer.events.end).isNull();
  }

  @Test
  void tellsTheAppWhichSideReset() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).connect(3).reset(1, ErrorCode.CONNECT_ERROR).send();
    peer.accepted.get(1).stream().reset(ErrorCode.INTERNAL_ERROR);

    assertThat(peer.accepted.get(0).end)
        .isEqualTo(new StreamEnd.ResetByPeer(ErrorCode.CONNECT_ERROR));
    assertThat(peer.accepted.get(1).end)
        .isEqualTo(new StreamEnd.ResetHere(ErrorCode.INTERNAL_ERROR, "reset by this side"));
  }

  @Test
  void doesNothingOnAClosedStream() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).data(1, 10).reset(1, ErrorCode.CANCEL).send();
    peer.sent();
    TunnelStream stream = peer.accepted.get(0).stream();
    ByteBuf late = Unpooled.buffer().writeZero(10);

    stream.write(late);
    stream.consumed(10);
    stream.end();
    stream.reset(ErrorCode.CANCEL);
    stream.respond(200);

    assertThat(late.refCnt()).isZero();
    assertThat(stream.isWritable()).isFalse();
    assertThat(peer.sent()).isEmpty();
  }

  @Test
  void dropsQueuedBytesOnAReset() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    ByteBuf queued = Unpooled.buffer(100_000).writeZero(100_000);
    peer.accepted.get(0).stream().write(queued);
    peer.sent();

    peer.accepted.get(0).stream().reset(ErrorCode.CANCEL);

    assertThat(queued.refCnt()).isZero();
  }

  @Test
  void refusesAWriteAfterTheEnd() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    TunnelStream stream = peer.accepted.get(0).stream();
    stream.end();
    ByteBuf late = Unpooled.buffer().writeZero(1);

    assertThatThrownBy(() -> stream.write(late)).isInstanceOf(IllegalStateException.class);
    assertThat(late.refCnt()).isZero();
  }

  @Test
  void refusesASecondAnswer() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();

    assertThatThrownBy(() -> peer.accepted.get(0).stream().respond(200))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesStreamsAboveTheLimit() {
    RawPeer peer = RawPeer.ofServer(HboneSettings.forServer().withMaxConcurrentStreams(2));

    peer.connect(1).connect(3).connect(5).data(5, 10).reset(1, ErrorCode.CANCEL).connect(7).send();

    assertThat(peer.sent())
        .containsExactly("HEADERS 1", "HEADERS 3", "RST_STREAM 5 REFUSED_STREAM", "HEADERS 7");
  }

  @Test
  void opensNoMoreThanThePeerTakes() {
    RawPeer peer = RawPeer.ofClient();
    peer.settings(Frame.MAX_CONCURRENT_STREAMS, 1).send();
    assertThat(peer.events.peerMaxConcurrentStreams).isEqualTo(1);

    peer.open();

    assertThat(peer.connection.canOpen()).isFalse();
    assertThatThrownBy(peer::open).isInstanceOf(IllegalStateException.class);
    peer.reset(1, ErrorCode.CANCEL).send();
    assertThat(peer.connection.canOpen()).isTrue();
  }

  @Test
  void opensNoMoreThanItsOwnLimit() {
    RawPeer peer = RawPeer.ofClient(HboneSettings.forClient().withMaxConcurrentStreams(2));
    peer.open();
    peer.open();

    assertThat(peer.connection.canOpen()).isFalse();
    assertThat(peer.events.active).isEqualTo(2);
  }

  @Test
  void opensNoMoreWhenTheIdsAreUsedUp() {
    StreamTable streams = new StreamTable(Role.CLIENT, Integer.MAX_VALUE - 2);

    assertThat(streams.takeId()).isEqualTo(Integer.MAX_VALUE - 2);
    assertThat(streams.hasIds()).isTrue();
    assertThat(streams.takeId()).isEqualTo(Integer.MAX_VALUE);
    assertThat(streams.hasIds()).isFalse();
    assertThat(streams.isIdle(Integer.MAX_VALUE)).isFalse();
  }

  @Test
  void remembersTheLatestClosedStreamsOnly() {
    StreamTable streams = new StreamTable(Role.SERVER, 2);
    for (int i = 0; i <= StreamTable.REMEMBERED; i++) {
      streams.remember(1 + 2 * i, StreamTable.Closed.ENDED);
    }

    assertThat(streams.closed(1)).isEqualTo(StreamTable.Closed.IMPLICIT);
    assertThat(streams.closed(3)).isEqualTo(StreamTable.Closed.ENDED);
  }

  @Test
  void acceptsNoPushAndNoStreamOfAServer() {
    RawPeer push = RawPeer.ofClient();
    push.open();
    push.frame(Frame.PUSH_PROMISE, Frame.END_HEADERS, 1, new byte[4]).send();
    assertThat(push.sent()).contains("GOAWAY 0 PROTOCOL_ERROR");

    RawPeer stream = RawPeer.ofClient();
    stream.response(2, "200").send();
    assertThat(stream.sent()).contains("GOAWAY 0 PROTOCOL_ERROR");

    RawPeer idle = RawPeer.ofClient();
    idle.response(1, "200").send();
    assertThat(idle.sent()).contains("GOAWAY 0 PROTOCOL_ERROR");
  }

  @Test
  void resetsAStreamWhoseDataComesBeforeTheResponse() {
    RawPeer peer = RawPeer.ofClient();
    peer.open();

    peer.data(1, 5).send();

    assertThat(peer.sent()).containsExactly("HEADERS 1", "RST_STREAM 1 PROTOCOL_ERROR");
  }

  @Test
  void skipsPriorityAndUnknownFrames() {
    RawPeer peer = RawPeer.ofServer();

    peer.frame(Frame.PRIORITY, 0, 7, new byte[5])
        .frame(0x77, 0xff, 9, new byte[30_000])
        .connect(1)
        .data(1, 5)
        .sendByteByByte();

    assertThat(peer.accepted.get(0).received.size()).isEqualTo(5);
  }

  private static void assertFault(Consumer<RawPeer> frames, String expected) {
    RawPeer peer = RawPeer.ofServer();
    frames.accept(peer);
    peer.send();
    assertThat(peer.sent().getLast()).isEqualTo(expected);
    assertThat(peer.events.end).isInstanceOf(ConnectionEnd.ProtocolViolation.class);
    assertThat(peer.channel.isOpen()).isFalse();
  }
}

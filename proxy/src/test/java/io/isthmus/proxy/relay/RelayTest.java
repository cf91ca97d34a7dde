package io.isthmus.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.proxy.hbone.ConnectionEnd;
import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.StreamEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.CharsetUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RelayTest {
  private final EmbeddedChannel socket = new EmbeddedChannel();
  private final FakeStream stream = new FakeStream(socket.eventLoop());
  private final StreamLeg streamLeg = StreamLeg.of(stream);
  private final List<RelayOutcome> outcomes = new ArrayList<>();
  private final Recorder observer = new Recorder();

  private final class Recorder implements RelayObserver {
    int sent;
    int received;

    @Override
    public void onSent(int bytes) {
      sent += bytes;
    }

    @Override
    public void onReceived(int bytes) {
      received += bytes;
    }

    @Override
    public void onEnd(RelayOutcome outcome) {
      outcomes.add(outcome);
    }
  }

  /** The socket's side is the caller, the stream's the target. */
  private Relay start() {
    return Relay.start(SocketLeg.of(socket), streamLeg, observer);
  }

  @Test
  void carriesBytesBothWaysAndCountsThem() {
    start();
    socket.writeInbound(bytes("ping"));
    streamLeg.onData(bytes("pong!"));
    streamLeg.onReadComplete();
    assertThat(stream.written).hasToString("ping");
    assertThat(text(socket.readOutbound())).isEqualTo("pong!");
    assertThat(observer.sent).isEqualTo(4);
    assertThat(observer.received).isEqualTo(5);
    assertThat(outcomes).isEmpty();
  }

  @Test
  void deliversWhatArrivedBeforeTheStart() {
    streamLeg.onData(bytes("early"));
    streamLeg.onRemoteEnd();
    start();
    assertThat(text(socket.readOutbound())).isEqualTo("early");
    assertThat(stream.consumed).isEqualTo(5);
  }

  @Test
  void flushesTheSocketOnceARead() {
    int[] flushes = {0};
    socket
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void flush(ChannelHandlerContext ctx) {
                flushes[0]++;
                ctx.flush();
              }
            });
    start();
    streamLeg.onData(bytes("a"));
    streamLeg.onData(bytes("b"));
    assertThat(flushes[0]).isZero();
    streamLeg.onReadComplete();
    assertThat(flushes[0]).isEqualTo(1);
    socket.releaseOutbound();
  }

  @Test
  void givesCreditBackOnlyWhenTheSocketHasWritten() {
    start();
    streamLeg.onData(bytes("12345"));
    assertThat(stream.consumed).isZero();
    streamLeg.onReadComplete();
    assertThat(stream.consumed).isEqualTo(5);
    socket.releaseOutbound();
  }

  @Test
  void givesNoCreditForWhatTheSocketFailedToWrite() {
    socket
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                ((ByteBuf) message).release();
                promise.setFailure(new IOException("Broken pipe"));
              }
            });
    start();
    streamLeg.onData(bytes("12345"));
    assertThat(stream.consumed).isZero();
    assertThat(outcomes)
        .singleElement()
        .satisfies(outcome -> {
          assertThat(outcome.reason()).isEqualTo(EndReason.RESET_BY_CALLER);
          assertThat(outcome.detail()).isEqualTo("Broken pipe");
        });
    assertThat(stream.reset).isEqualTo(ErrorCode.CONNECT_ERROR);
  }

  @Test
  void stopsReadingTheSocketWhileTheStreamIsFull() {
    start();
    stream.writable = false;
    socket.writeInbound(bytes("full"));
    assertThat(socket.config().isAutoRead()).isFalse();
    stream.writable = true;
    streamLeg.onWritabilityChanged();
    assertThat(socket.config().isAutoRead()).isTrue();
  }

  @Test
  void holdsTheCreditOfAJoinedStreamWhileTheOtherStreamIsFull() {
    FakeStream other = new FakeStream(socket.eventLoop());
    StreamLeg otherLeg = StreamLeg.of(other);
    Relay.start(otherLeg, streamLeg, observer);
    stream.writable = false;
    otherLeg.onData(bytes("123"));
    assertThat(other.consumed).isZero();
    stream.writable = true;
    streamLeg.onWritabilityChanged();
    assertThat(other.consumed).isEqualTo(3);
  }

  @Test
  void resumesTheOtherSocketWhenThisOneIsWritableAgain() {
    EmbeddedChannel target = new EmbeddedChannel();
    target.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 4));
    Relay.start(SocketLeg.of(socket), SocketLeg.of(target), observer);
    socket.pipeline().fireChannelRead(bytes("more than four"));
    assertThat(socket.config().isAutoRead()).isFalse();
    socket.pipeline().fireChannelReadComplete();
    assertThat(socket.config().isAutoRead()).isTrue();
    target.releaseOutbound();
  }

  @Test
  void carriesTheEndOfOneDirectionAndGoesOnInTheOther() {
    start();
    socket.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(stream.ended).isTrue();
    streamLeg.onData(bytes("still"));
    streamLeg.onReadComplete();
    assertThat(text(socket.readOutbound())).isEqualTo("still");
    assertThat(outcomes).isEmpty();
    streamLeg.onRemoteEnd();
    streamLeg.onClosed(new StreamEnd.Clean());
    assertThat(outcomes).containsExactly(new RelayOutcome(EndReason.CLOSED_BY_CALLER, "", 0, 5));
    assertThat(socket.isOpen()).isFalse();
    assertThat(stream.reset).isNull();
  }

  @Test
  void namesTheTargetWhenItEndedFirst() {
    start();
    streamLeg.onRemoteEnd();
    assertThat(socket.isOpen()).isTrue();
    socket.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    streamLeg.onClosed(new StreamEnd.Clean());
    assertThat(outcomes)
        .extracting(RelayOutcome::reason)
        .containsExactly(EndReason.CLOSED_BY_TARGET);
  }

  @Test
  void waitsForTheStreamToFlushBeforeItIsOver() {
    start();
    streamLeg.onRemoteEnd();
    socket.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(outcomes).isEmpty();
    streamLeg.onClosed(new StreamEnd.ResetByPeer(ErrorCode.INTERNAL_ERROR));
    assertThat(outcomes).extracting(RelayOutcome::reason).containsExactly(EndReason.LEFT_BY_TARGET);
  }

  /** As at the end of a TLS session in a joined stream: the last alert meets a closed socket. */
  @Test
  void tellsASideThatHadEndedFromOneThatAborts() {
    start();
    socket.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    streamLeg.onData(bytes("alert"));
    socket.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    assertThat(stream.reset).as("what it sent was lost").isEqualTo(ErrorCode.CONNECT_ERROR);
    assertThat(outcomes)
        .containsExactly(
            new RelayOutcome(EndReason.LEFT_BY_CALLER, "Connection reset by peer", 0, 5));
  }

  @Test
  void sideThatResetsWhileTheOtherHasEndedAborts() {
    start();
    streamLeg.onRemoteEnd();
    socket.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    assertThat(outcomes)
        .extracting(RelayOutcome::reason)
        .containsExactly(EndReason.RESET_BY_CALLER);
  }

  @Test
  void turnsAResetOfTheSocketIntoAResetOfTheStream() {
    start();
    socket.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    assertThat(stream.reset).isEqualTo(ErrorCode.CONNECT_ERROR);
    assertThat(outcomes)
        .extracting(RelayOutcome::reason)
        .containsExactly(EndReason.RESET_BY_CALLER);
  }

  @Test
  void turnsAResetOfTheStreamIntoAnAbortOfTheSocket() {
    start();
    streamLeg.onClosed(new StreamEnd.ResetByPeer(ErrorCode.CONNECT_ERROR));
    assertThat(socket.isOpen()).isFalse();
    assertThat(outcomes)
        .containsExactly(
            new RelayOutcome(EndReason.RESET_BY_TARGET, "RST_STREAM CONNECT_ERROR", 0, 0));
  }

  @Test
  void takesAStreamLetGoWithCancelForACleanEnd() {
    start();
    streamLeg.onData(bytes("last words"));
    streamLeg.onClosed(new StreamEnd.ResetByPeer(ErrorCode.CANCEL));
    assertThat(text(socket.readOutbound())).isEqualTo("last words");
    assertThat(socket.isOpen()).isFalse();
    assertThat(outcomes)
        .extracting(RelayOutcome::reason)
        .containsExactly(EndReason.CLOSED_BY_TARGET);
  }

  @Test
  void saysThatTheTunnelUnderTheStreamWasLost() {
    start();
    streamLeg.onClosed(
        new StreamEnd.ConnectionLost(new ConnectionEnd.TransportFailed("no answer to PING")));
    assertThat(outcomes)
        .containsExactly(
            new RelayOutcome(EndReason.TARGET_LOST, "tunnel lost: no answer to PING", 0, 0));
  }

  @Test
  void cutsBothSides() {
    Relay relay = start();
    relay.cut(EndReason.DRAINED, "drain period of 30s is over");
    relay.cut(EndReason.DRAINED, "again");
    assertThat(socket.isOpen()).isFalse();
    assertThat(stream.reset).isEqualTo(ErrorCode.CONNECT_ERROR);
    assertThat(outcomes)
        .extracting(RelayOutcome::detail)
        .containsExactly("drain period of 30s is over");
  }

  @Test
  void releasesWhatArrivesAfterTheEnd() {
    Relay relay = start();
    relay.cut(EndReason.DRAINED, "");
    ByteBuf late = bytes("late");
    streamLeg.onData(late);
    assertThat(late.refCnt()).isZero();
    assertThat(stream.consumed).isEqualTo(4);
  }

  @Test
  void tellsWhoIsStillConnectingThatTheCallerHasGone() {
    int[] calls = {0};
    streamLeg.onEarlyClose(() -> calls[0]++);
    ByteBuf early = bytes("early");
    streamLeg.onData(early);
    streamLeg.onClosed(new StreamEnd.ResetByPeer(ErrorCode.CANCEL));
    assertThat(calls[0]).isEqualTo(1);
    assertThat(early.refCnt()).isZero();
    assertThat(streamLeg.isClosed()).isTrue();
  }

  @Test
  void endsAtOnceWhenTheSocketWasClosedBeforeTheStart() {
    socket.close();
    start();
    assertThat(outcomes).extracting(RelayOutcome::reason).containsExactly(EndReason.CALLER_LOST);
    assertThat(stream.reset).isEqualTo(ErrorCode.CONNECT_ERROR);
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, CharsetUtil.US_ASCII);
  }

  private static String text(ByteBuf data) {
    try {
      return data.toString(CharsetUtil.US_ASCII);
    } finally {
      data.release();
    }
  }
}

package io.isthmus.proxy.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoAwayTest {

  @Test
  void serverAnnouncesItsDrainAndNamesTheLastStreamARoundTripLater() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    peer.sent();

    peer.connection.goAway();
    List<SentFrame> frames = peer.frames();
    assertThat(frames.toString()).isEqualTo("[GOAWAY 2147483647 NO_ERROR, PING]");
    // A CONNECT that was on its way is served.
    peer.connect(3).frame(Frame.PING, Frame.ACK, 0, frames.get(1).payload()).send();
    assertThat(peer.sent()).containsExactly("HEADERS 3", "GOAWAY 3 NO_ERROR");
    // A later one is not.
    peer.connect(5).send();
    assertThat(peer.sent()).containsExactly("RST_STREAM 5 REFUSED_STREAM");
  }

  @Test
  void drainsInFlightStreamsBeforeClosing() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    peer.sent();
    peer.connection.goAway();
    peer.frame(Frame.PING, Frame.ACK, 0, peer.frames().get(1).payload()).send();

    peer.data(1, 5).end(1).send();
    peer.accepted.get(0).stream().write(Unpooled.buffer().writeZero(5));
    assertThat(peer.channel.isOpen()).isTrue();
    peer.accepted.get(0).stream().end();

    assertThat(peer.sent()).containsExactly("GOAWAY 1 NO_ERROR", "DATA 1 5 END");
    assertThat(peer.accepted.get(0).end).isEqualTo(new StreamEnd.Clean());
    assertThat(peer.events.end).isEqualTo(new ConnectionEnd.ClosedHere());
    assertThat(peer.channel.isOpen()).isFalse();
  }

  @Test
  void aPeerThatNeverAnswersThePingOpensNothingAfterTheLastWord() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();
    peer.sent();
    peer.connection.goAway();
    peer.sent(); // the PING among it stays without an answer
    peer.connection.goAwayAtOnce();
    assertThat(peer.sent()).containsExactly("GOAWAY 1 NO_ERROR");
    peer.connect(3).send();
    assertThat(peer.sent()).containsExactly("RST_STREAM 3 REFUSED_STREAM");
    assertThat(peer.connection.activeStreams()).isEqualTo(1);
  }

  @Test
  void clientDrainsItsStreams() {
    RawPeer peer = RawPeer.ofClient();
    peer.open();
    peer.sent();

    peer.connection.goAway();
    assertThat(peer.connection.canOpen()).isFalse();
    assertThat(peer.sent()).containsExactly("GOAWAY 0 NO_ERROR");
    peer.response(1, "200").reset(1, ErrorCode.NO_ERROR).send();

    assertThat(peer.events.end).isEqualTo(new ConnectionEnd.ClosedHere());
    assertThat(peer.channel.isOpen()).isFalse();
  }

  @Test
  void endsStreamsThatThePeerDidNotProcess() {
    RawPeer peer = RawPeer.ofClient();
    RecordingListener first = peer.open();
    RecordingListener second = peer.open();

    peer.goAway(1, ErrorCode.NO_ERROR).send();

    assertThat(peer.events.events).containsExactly("goaway NO_ERROR 1");
    assertThat(second.end).isEqualTo(new StreamEnd.ResetByPeer(ErrorCode.REFUSED_STREAM));
    assertThat(first.end).isNull();
    assertThat(peer.connection.canOpen()).isFalse();
    peer.response(1, "200").send();
    assertThat(first.status).isEqualTo(200);
    peer.reset(1, ErrorCode.NO_ERROR).send();
    assertThat(peer.channel.isOpen()).isFalse();
    assertThat(peer.events.end).isEqualTo(new ConnectionEnd.ClosedByPeer());
  }

  @Test
  void closesAnIdleConnectionAtOnce() {
    RawPeer client = RawPeer.ofClient();
    client.connection.goAway();
    client.sent();
    assertThat(client.channel.isOpen()).isFalse();

    RawPeer server = RawPeer.ofServer();
    server.connection.goAway();
    server.frame(Frame.PING, Frame.ACK, 0, server.frames().get(1).payload()).send();
    assertThat(server.channel.isOpen()).isFalse();
  }

  @Test
  void saysWhyThePeerGaveUp() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).goAway(0, ErrorCode.ENHANCE_YOUR_CALM).send();
    peer.channel.pipeline().fireChannelInactive();

    ConnectionEnd end = new ConnectionEnd.GoAwayByPeer(ErrorCode.ENHANCE_YOUR_CALM, "");
    assertThat(peer.events.end).isEqualTo(end);
    assertThat(peer.accepted.get(0).end).isEqualTo(new StreamEnd.ConnectionLost(end));
  }

  @Test
  void tellsStreamsBeforeTheConnection() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).data(1, 10).send();

    peer.channel.close();

    assertThat(peer.accepted.get(0).end)
        .isEqualTo(new StreamEnd.ConnectionLost(new ConnectionEnd.ClosedHere()));
    assertThat(peer.events.end).isEqualTo(new ConnectionEnd.ClosedHere());
    assertThat(peer.events.active).isZero();
    assertThat(peer.sent()).contains("GOAWAY 1 NO_ERROR");
  }

  @Test
  void saysWhenTheTransportFails() {
    RawPeer peer = RawPeer.ofServer();
    peer.connect(1).send();

    peer.channel.pipeline().fireExceptionCaught(new java.io.IOException("connection reset"));

    assertThat(peer.events.end).isEqualTo(new ConnectionEnd.TransportFailed("connection reset"));
    assertThat(peer.channel.isOpen()).isFalse();
  }
}

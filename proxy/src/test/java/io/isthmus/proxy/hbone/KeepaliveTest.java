package io.isthmus.proxy.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeepaliveTest {

  private static final Duration INTERVAL = Keepalive.DEFAULT.interval();
  private static final Duration TIMEOUT = Keepalive.DEFAULT.timeout();

  @Test
  void answersPings() {
    RawPeer peer = RawPeer.ofServer();

    peer.ping(0, 42).send();

    assertThat(peer.frames().getFirst())
        .satisfies(frame -> {
          assertThat(frame.toString()).isEqualTo("PING ACK");
          assertThat(frame.word(4)).isEqualTo(42);
        });
  }

  @Test
  void pingsASilentPeer() {
    RawPeer peer = RawPeer.ofClient();

    peer.advance(INTERVAL);
    assertThat(peer.sent()).isEmpty(); // SETTINGS came in this interval
    peer.advance(INTERVAL);

    assertThat(peer.sent()).containsExactly("PING");
  }

  @Test
  void givesUpAPeerThatDoesNotAnswer() {
    RawPeer peer = RawPeer.ofClient();
    RecordingListener tunnel = peer.open();
    peer.advance(INTERVAL);
    peer.advance(INTERVAL);

    peer.advance(TIMEOUT);

    ConnectionEnd end = new ConnectionEnd.TransportFailed("no answer to a PING within PT20S");
    assertThat(peer.events.end).isEqualTo(end);
    assertThat(tunnel.end).isEqualTo(new StreamEnd.ConnectionLost(end));
    assertThat(peer.channel.isOpen()).isFalse();
  }

  @Test
  void takesAnyByteForLife() {
    RawPeer peer = RawPeer.ofClient();
    peer.advance(INTERVAL);
    peer.advance(INTERVAL);
    peer.credit(0, 10_000).send();

    peer.advance(TIMEOUT.minusSeconds(1));

    assertThat(peer.events.end).isNull();
  }

  @Test
  void stopsItsTimersAtTheEnd() {
    RawPeer peer = RawPeer.ofClient();
    peer.channel.close();
    peer.sent();

    peer.advance(Duration.ofMinutes(1));

    assertThat(peer.sent()).isEmpty();
  }
}

package io.isthmus.proxy.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.relay.RelayObserver;
import io.isthmus.proxy.relay.RelayOutcome;
import io.isthmus.proxy.relay.SocketLeg;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private final Connections connections = new Connections();
  private final EmbeddedChannel caller = new EmbeddedChannel();
  private final EmbeddedChannel target = new EmbeddedChannel();
  private final List<RelayOutcome> ends = new ArrayList<>();

  private void relay(Connections.Permission permission) {
    connections.relay(
        new Connections.Joint(
            caller.eventLoop(), SocketLeg.of(caller), SocketLeg.of(target), new Ends()),
        permission,
        () -> MeshConfig.EMPTY);
  }

  @Test
  void whatWasDeniedWhileItsTargetWasConnectedIsCut() {
    relay(config -> Optional.of("not exported any more"));
    assertThat(caller.isOpen()).isFalse();
    assertThat(target.isOpen()).isFalse();
    assertThat(ends)
        .containsExactly(RelayOutcome.refused(EndReason.DENIED_LATER, "not exported any more"));
    assertThat(connections.count()).isZero();
  }

  @Test
  void whatIsStillAllowedIsRelayed() {
    relay(Connections.Permission.ALWAYS);
    assertThat(caller.isOpen()).isTrue();
    assertThat(ends).isEmpty();
    assertThat(connections.count()).isOne();
  }

  private final class Ends implements RelayObserver {
    @Override
    public void onSent(int bytes) {}

    @Override
    public void onReceived(int bytes) {}

    @Override
    public void onEnd(RelayOutcome outcome) {
      ends.add(outcome);
    }
  }
}

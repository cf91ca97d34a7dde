package io.isthmus.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.proxy.config.Endpoint;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectorTest {
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final Balancer balancer = new Balancer(InstantSource.system(), new Random(7));
  private final List<Endpoint> asked = new ArrayList<>();

  @AfterEach
  void stop() {
    loop.shutdownGracefully();
  }

  private Future<Connector.Connected<String>> connect(
      int endpoints, Function<Endpoint, Future<String>> connect) throws Exception {
    Endpoint[] all = new Endpoint[endpoints];
    for (int i = 0; i < endpoints; i++) {
      all[i] = BalancerTest.endpoint(i + 1);
    }
    return loop.submit(() ->
            new Connector(balancer, loop)
                .connect(
                    BalancerTest.cluster(all),
                    endpoint -> {
                      asked.add(endpoint);
                      return connect.apply(endpoint);
                    }))
        .get();
  }

  @Test
  void triesAnotherEndpointAfterAFailure() throws Exception {
    var result =
        connect(
                2,
                e ->
                    asked.size() == 1
                        ? loop.newFailedFuture(new Exception("refused"))
                        : loop.newSucceededFuture("open"))
            .get();
    assertThat(result.connection()).isEqualTo("open");
    assertThat(asked).hasSize(2).doesNotHaveDuplicates();
    assertThat(balancer.connections(result.pick().endpoint())).isEqualTo(1);
  }

  @Test
  void givesUpAfterThreeEndpointsWithTheLastReason() throws Exception {
    var result = connect(5, e -> loop.newFailedFuture(new Exception("refused by " + e.address())));
    assertThat(result.await().cause()).hasMessage("refused by " + asked.get(2).address());
    assertThat(asked).hasSize(3);
  }

  @Test
  void saysThatThereIsNoEndpoint() throws Exception {
    var result = connect(0, e -> loop.newSucceededFuture("open"));
    assertThat(result.await().cause())
        .isInstanceOf(NoEndpointException.class)
        .hasMessageContaining("outbound/shop/hello/80 has 0 endpoints");
  }

  @Test
  void passesOnACancel() throws Exception {
    Promise<String> attempt = loop.newPromise();
    var result = connect(2, e -> attempt);
    result.cancel(false);
    assertThat(attempt.await().isCancelled()).isTrue();
    assertThat(asked).hasSize(1);
  }
}

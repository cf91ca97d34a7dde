package io.isthmus.proxy.balance;

import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.Endpoint;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Connects to a cluster: on failure tries another endpoint, {@value #ATTEMPTS} at most. Nothing was
 * sent to an endpoint whose connect failed, so trying again is safe.
 */
public final class Connector {
  public static final int ATTEMPTS = 3;

  private final Balancer balancer;
  private final EventLoop loop;

  /** What a connect gave, and the pick to close when it is over. */
  public record Connected<T>(T connection, Pick pick) {}

  public Connector(Balancer balancer, EventLoop loop) {
    this.balancer = balancer;
    this.loop = loop;
  }

  /**
   * Fails with {@link NoEndpointException}, or with what the last attempt failed with. On the loop.
   */
  public <T> Future<Connected<T>> connect(Cluster cluster, Function<Endpoint, Future<T>> connect) {
    Promise<Connected<T>> result = loop.newPromise();
    new Attempts<>(cluster, connect, result).next(new NoEndpointException(cluster));
    return result;
  }

  private final class Attempts<T> {
    private final Cluster cluster;
    private final Function<Endpoint, Future<T>> connect;
    private final Promise<Connected<T>> result;
    private final Set<Endpoint> tried = new HashSet<>();

    Attempts(Cluster cluster, Function<Endpoint, Future<T>> connect, Promise<Connected<T>> result) {
      this.cluster = cluster;
      this.connect = connect;
      this.result = result;
    }

    void next(Throwable lastFailure) {
      Optional<Pick> pick =
          tried.size() < ATTEMPTS ? balancer.pick(cluster, tried) : Optional.empty();
      if (pick.isEmpty()) {
        result.tryFailure(lastFailure);
        return;
      }
      attempt(pick.orElseThrow());
    }

    private void attempt(Pick pick) {
      Future<T> attempt = connect.apply(pick.endpoint());
      result.addListener(ignored -> {
        if (result.isCancelled()) {
          attempt.cancel(false);
        }
      });
      attempt.addListener((Future<T> done) -> {
        if (done.isSuccess()) {
          pick.connected();
          if (!result.trySuccess(new Connected<>(done.getNow(), pick))) {
            pick.close();
          }
        } else if (done.isCancelled()) {
          pick.close();
          result.cancel(false);
        } else {
          pick.failed();
          tried.add(pick.endpoint());
          next(done.cause());
        }
      });
    }
  }
}

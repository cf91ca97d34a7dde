package io.isthmus.proxy.xds;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.identity.Backoff;
import io.isthmus.proxy.identity.CallFailure;
import io.isthmus.proxy.identity.ControlPlaneConnector;
import io.isthmus.proxy.identity.Credentials;
import io.isthmus.proxy.identity.SvidSource;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control plane: one stream, opened again with growing, jittered delays whenever it
 * ends. What was learned stays meanwhile. While the stream lives, and HTTP/2 keepalive sees to it
 * that it really does, the configuration is confirmed to be current.
 */
public final class XdsClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(XdsClient.class);

  private final ControlPlaneConnector connector;
  private final SvidSource svids;
  private final ConfigHolder holder;
  private final XdsObserver observer;
  private final XdsTiming timing;
  private final EventLoop loop;
  private final Warming warming;
  private final Backoff backoff;
  private ConnectionUser user = ConnectionUser.NONE;
  private @Nullable Session session;
  private boolean closed;

  public XdsClient(Connection connection, Node node, ConfigHolder holder, XdsObserver observer) {
    this.connector = connection.connector();
    this.svids = connection.svids();
    this.timing = connection.timing();
    this.holder = holder;
    this.observer = observer;
    this.loop = connector.loop();
    this.warming = new Warming(node, holder, observer);
    this.backoff =
        new Backoff(timing.firstRetry(), timing.longestRetry(), RandomGenerator.getDefault());
  }

  /** How the control plane is reached. */
  public record Connection(ControlPlaneConnector connector, SvidSource svids, XdsTiming timing) {}

  /** Before the start: lets another make its calls on the same connection. */
  public XdsClient sharedWith(ConnectionUser other) {
    user = other;
    return this;
  }

  public void start() {
    loop.execute(this::connect);
    long every = timing.confirmation().toNanos();
    var unused = loop.scheduleAtFixedRate(this::confirm, every, every, NANOSECONDS);
  }

  private void connect() {
    if (!closed) {
      session = new Session();
      session.begin();
    }
  }

  private void confirm() {
    if (session != null && session.answered && !warming.incomplete()) {
      holder.confirm();
    }
  }

  /** One connection with its stream, from its opening to its end. */
  private final class Session implements StreamObserver<DeltaDiscoveryResponse> {
    private final ManagedChannel channel;
    private final CallOptions options;
    private final AdsStream stream;
    private @Nullable ScheduledFuture<?> warmingEnd;
    private boolean answered;
    private boolean over;

    Session() {
      Credentials credentials = connector.credentials(svids);
      channel = connector.open(credentials);
      options = connector.callOptions(credentials);
      stream = new AdsStream(channel, options, this);
    }

    void begin() {
      warming.begin(stream);
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
      loop.execute(() -> take(response));
    }

    @Override
    public void onError(Throwable error) {
      loop.execute(() -> ended(CallFailure.describe(Status.fromThrowable(error))));
    }

    @Override
    public void onCompleted() {
      loop.execute(() -> ended("the control plane ended the stream"));
    }

    private void take(DeltaDiscoveryResponse response) {
      if (over) {
        return;
      }
      if (!answered) {
        answered = true;
        LOG.atInfo().addKeyValue("control", connector.controlPlane().address()).log("connected");
        observer.onConnected();
        user.onOpened(new ConnectionUser.Shared(channel, options, loop));
      }
      warming.take(stream, response);
      if (!warming.incomplete()) {
        backoff.reset();
        stopWarming();
      } else if (warmingEnd == null) {
        warmingEnd = loop.schedule(this::giveUp, timing.warming().toNanos(), NANOSECONDS);
      }
    }

    private void giveUp() {
      warmingEnd = null;
      if (!over) {
        warming.giveUp(stream);
        long again = timing.again().toNanos();
        var unused =
            loop.schedule(
                this::askAnew,
                RandomGenerator.getDefault().nextLong(again / 2, again),
                NANOSECONDS);
      }
    }

    /**
     * The server sends what was refused again when it changes, or on a new stream. A process that
     * was only too slow for what it waited for must not go without it until then.
     */
    private void askAnew() {
      if (!over) {
        stream.cancel("what was refused is asked for anew");
        ended("what was refused is asked for anew");
      }
    }

    private void stopWarming() {
      if (warmingEnd != null) {
        warmingEnd.cancel(false);
        warmingEnd = null;
      }
    }

    void ended(String reason) {
      if (over) {
        return;
      }
      over = true;
      session = null;
      stopWarming();
      if (answered) {
        user.onClosed();
      }
      channel.shutdownNow();
      if (closed) {
        return;
      }
      observer.onDisconnected(reason);
      Duration delay = backoff.next();
      LOG.atWarn()
          .addKeyValue("reason", reason)
          .addKeyValue("configurationSince", holder.since())
          .addKeyValue("retryIn", delay)
          .log("control plane lost, going on with what is known");
      var unused = loop.schedule(XdsClient.this::connect, delay.toNanos(), NANOSECONDS);
    }
  }

  @Override
  public void close() {
    loop.execute(() -> {
      closed = true;
      if (session != null) {
        session.stream.cancel("this process stops");
        session.ended("this process stops");
      }
    });
  }
}

package io.isthmus.proxy.outbound;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.accesslog.ConnectionRecord;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.balance.Balancer;
import io.isthmus.proxy.balance.Connector;
import io.isthmus.proxy.balance.Connector.Connected;
import io.isthmus.proxy.balance.Pick;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.drain.Connections;
import io.isthmus.proxy.drain.Connections.Joint;
import io.isthmus.proxy.drain.Connections.Permission;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.relay.RelayObserver;
import io.isthmus.proxy.relay.RelayOutcome;
import io.isthmus.proxy.relay.SocketLeg;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Connects applications to destinations, whatever the listener they came by. */
public final class Outbound {
  private final TargetDialer dialer;
  private final Connections connections;
  private final Map<EventExecutor, Balancer> balancers = new IdentityHashMap<>();

  public Outbound(
      TargetDialer dialer,
      Connections connections,
      Iterable<EventExecutor> loops,
      InstantSource clock) {
    this.dialer = dialer;
    this.connections = connections;
    SplittableRandom seeds = new SplittableRandom();
    loops.forEach(loop -> balancers.put(loop, new Balancer(clock, seeds.split())));
  }

  /** On the loop of {@code caller}, whose reading is paused. The record is written in any case. */
  public void connect(
      Channel caller, Destination destination, ConnectionRecord record, Reply reply) {
    switch (destination) {
      case Destination.Refused(EndReason reason, String detail) -> {
        record.refused(reason, detail);
        reply.onRefused(reason, detail);
      }
      case Destination.Service(Cluster cluster) -> {
        record.service(cluster.service());
        new Attempt(caller, cluster, record, reply).begin();
      }
      case Destination.Passthrough passthrough ->
          new Attempt(caller, passthrough.cluster(), record, reply).begin();
    }
  }

  private final class Attempt {
    private final Channel caller;
    private final Cluster cluster;
    private final ConnectionRecord record;
    private final Reply reply;

    private Attempt(Channel caller, Cluster cluster, ConnectionRecord record, Reply reply) {
      this.caller = caller;
      this.cluster = cluster;
      this.record = record;
      this.reply = reply;
    }

    private void begin() {
      connections.connecting();
      EventLoop loop = caller.eventLoop();
      Balancer balancer = balancers.get(loop);
      if (balancer == null) {
        throw new IllegalStateException("loop " + loop + " is none of those that were given");
      }
      Future<Connected<OpenTarget>> connecting =
          new Connector(balancer, loop).connect(cluster, endpoint -> dialer.dial(endpoint, loop));
      caller.closeFuture().addListener(_ -> connecting.cancel(false));
      connecting.addListener((Future<Connected<OpenTarget>> done) -> {
        settle(done);
        connections.settled();
      });
    }

    private void settle(Future<Connected<OpenTarget>> done) {
      if (done.isSuccess()) {
        opened(done.getNow());
      } else if (done.isCancelled() || !caller.isActive()) {
        record.refused(EndReason.CALLER_GONE, "closed before the destination answered");
      } else {
        failed(done.cause());
      }
    }

    private void failed(Throwable cause) {
      EndReason reason = ConnectFailures.reason(cause);
      String detail = ConnectFailures.detail(cause);
      record.refused(reason, detail);
      reply.onRefused(reason, detail);
    }

    private void opened(Connected<OpenTarget> connected) {
      OpenTarget target = connected.connection();
      Party destination =
          record
              .destination()
              .withAddress(Party.text(connected.pick().endpoint().address()))
              .withIdentity(target.peer().map(SpiffeId::toString).orElse(""));
      record.destination(destination).tunnel(target.tunnel());
      target.peer().ifPresent(record::peer);
      record.opened();
      SocketLeg leg = SocketLeg.of(caller);
      reply.onOpen();
      connections.relay(
          new Joint(caller.eventLoop(), leg, target.leg(), new Balanced(record, connected.pick())),
          Permission.ALWAYS,
          () -> MeshConfig.EMPTY);
    }
  }

  /** Keeps the endpoint's load until the connection has ended. */
  private record Balanced(ConnectionRecord record, Pick pick) implements RelayObserver {
    @Override
    public void onSent(int bytes) {
      record.onSent(bytes);
    }

    @Override
    public void onReceived(int bytes) {
      record.onReceived(bytes);
    }

    @Override
    public void onEnd(RelayOutcome outcome) {
      pick.close();
      record.onEnd(outcome);
    }
  }
}

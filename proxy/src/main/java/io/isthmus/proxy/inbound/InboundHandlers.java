package io.isthmus.proxy.inbound;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.accesslog.ConnectionRecord;
import io.isthmus.proxy.accesslog.Direction;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.drain.Connections;
import io.isthmus.proxy.drain.Connections.Joint;
import io.isthmus.proxy.drain.Connections.Permission;
import io.isthmus.proxy.hbone.ConnectHandler;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.hbone.TunnelStream;
import io.isthmus.proxy.inbound.Decision.Allowed;
import io.isthmus.proxy.inbound.Decision.Refused;
import io.isthmus.proxy.outbound.OwnAddresses;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.relay.SocketLeg;
import io.isthmus.proxy.relay.StreamLeg;
import io.isthmus.proxy.tunnel.Caller;
import io.isthmus.proxy.tunnel.CallerHandlers;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers the requests that come in on 15008. */
public final class InboundHandlers implements CallerHandlers {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final ConfigSource config;
  private final Admission admission;
  private final Parts parts;

  /**
   * What handlers work with.
   *
   * @param connector without group and handler
   * @param self who the application beside this proxy is
   */
  public record Parts(
      Bootstrap connector, Connections connections, Recorder recorder, Supplier<Party> self) {}

  InboundHandlers(ConfigSource config, Admission admission, Parts parts) {
    this.config = config;
    this.admission = admission;
    this.parts = parts;
  }

  public static InboundHandlers of(ConfigSource config, Trust trust, Parts parts) {
    return new InboundHandlers(
        config,
        new Admission(trust.gateway().trustDomain(), trust.gateway(), trust.proxy()),
        parts);
  }

  /**
   * Whom to believe what.
   *
   * @param gateway the own cluster's, whose trust domain is the own one
   */
  public record Trust(SpiffeId gateway, OwnAddresses proxy) {}

  @Override
  public ConnectHandler handlerFor(Caller caller) {
    return (stream, request) -> new Request(caller, request, stream).begin();
  }

  private final class Request {
    private final Caller caller;
    private final ConnectRequest request;
    private final TunnelStream stream;
    private final StreamLeg leg;
    private final ConnectionRecord record;
    private boolean answered;

    private Request(Caller caller, ConnectRequest request, TunnelStream stream) {
      this.caller = caller;
      this.request = request;
      this.stream = stream;
      this.leg = StreamLeg.of(stream);
      this.record = parts.recorder().begin(Direction.INBOUND, Party.at(caller.remote()));
    }

    private StreamLeg begin() {
      parts.connections().connecting();
      record
          .peer(caller.peer().id())
          .tunnel("hbone")
          .source(source(caller.peer().id()))
          .destination(parts.self().get().withAddress(request.authority()));
      leg.onEarlyClose(this::callerGone);
      switch (admission.decide(config.current(), caller, request)) {
        case Refused(int status, EndReason reason, String detail) ->
            // not before the stream has its listener
            stream.eventLoop().execute(() -> refuse(status, reason, detail));
        case Allowed allowed -> connect(allowed);
      }
      return leg;
    }

    private Party source(SpiffeId id) {
      String cluster =
          Optional.ofNullable(config.current().inbound().trustDomains().get(id.trustDomain()))
              .orElse("");
      return Party.at(caller.remote()).withIdentity(id.toString()).withCluster(cluster);
    }

    private void connect(Allowed allowed) {
      record.source(source(allowed.caller()));
      record.destination(record.destination().withAddress(Party.text(allowed.target())));
      allowed.service().ifPresent(record::service);
      // Not from inside a read event: its descriptor number may be reused within one epoll batch.
      stream
          .eventLoop()
          .execute(() -> {
            if (leg.isClosed()) {
              return;
            }
            parts
                .connector()
                .clone(stream.eventLoop())
                .handler(new ChannelInboundHandlerAdapter())
                .connect(allowed.target())
                .addListener((ChannelFuture done) -> connected(allowed, done));
          });
    }

    private void connected(Allowed allowed, ChannelFuture done) {
      if (!done.isSuccess()) {
        refuse(
            UNAVAILABLE,
            EndReason.CONNECT_FAILED,
            "the application at %s cannot be connected: %s"
                .formatted(Party.text(allowed.target()), done.cause().getMessage()));
      } else if (leg.isClosed()) {
        done.channel().close();
      } else {
        answered = true;
        record.opened();
        stream.respond(OK);
        parts
            .connections()
            .relay(
                new Joint(stream.eventLoop(), leg, SocketLeg.of(done.channel()), record),
                stillAllowed(),
                config::current);
        parts.connections().settled();
      }
    }

    private Permission stillAllowed() {
      return (MeshConfig now) ->
          switch (admission.decide(now, caller, request)) {
            case Refused(int status, EndReason reason, String detail) -> Optional.of(detail);
            case Allowed a -> Optional.empty();
          };
    }

    private void refuse(int status, EndReason reason, String detail) {
      if (!answered && !leg.isClosed()) {
        answered = true;
        record.refused(reason, detail);
        stream.respond(status);
        parts.connections().settled();
      }
    }

    private void callerGone() {
      if (!answered) {
        answered = true;
        record.refused(EndReason.CALLER_GONE, "reset before the application answered");
        parts.connections().settled();
      }
    }
  }
}

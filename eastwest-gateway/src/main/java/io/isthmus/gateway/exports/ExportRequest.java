package io.isthmus.gateway.exports;

import io.isthmus.certs.SpiffeId;
import io.isthmus.gateway.exports.Verdict.Canary;
import io.isthmus.gateway.exports.Verdict.Denied;
import io.isthmus.gateway.exports.Verdict.Export;
import io.isthmus.gateway.exports.Verdict.Probe;
import io.isthmus.proxy.accesslog.ConnectionRecord;
import io.isthmus.proxy.accesslog.Direction;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.balance.Connector.Connected;
import io.isthmus.proxy.balance.Pick;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.config.ServiceName;
import io.isthmus.proxy.drain.Connections.Joint;
import io.isthmus.proxy.drain.Connections.Permission;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.isthmus.proxy.outbound.ConnectFailures;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.relay.RelayObserver;
import io.isthmus.proxy.relay.RelayOutcome;
import io.isthmus.proxy.relay.StreamLeg;
import io.isthmus.proxy.tunnel.Caller;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/** One request, from its arrival to the relay or the refusal. */
final class ExportRequest {
  private static final int OK = 200;

  private final ExportHandlers handlers;
  private final Caller caller;
  private final TunnelStream stream;
  private final StreamLeg leg;
  private final ConnectionRecord record;
  private boolean answered;
  private boolean connecting;

  ExportRequest(ExportHandlers handlers, Caller caller, TunnelStream stream) {
    this.handlers = handlers;
    this.caller = caller;
    this.stream = stream;
    this.leg = StreamLeg.of(stream);
    this.record = handlers.recorder().begin(Direction.GATEWAY, Party.at(caller.remote()));
  }

  StreamListener begin(String authority) {
    MeshConfig config = handlers.config().current();
    record
        .peer(id())
        .source(
            Party.at(caller.remote())
                .withIdentity(id().toString())
                .withCluster(callerCluster(config)))
        .destination(here(authority))
        .tunnel("hbone");
    return switch (ExportTable.verdict(config, id(), authority)) {
      case Probe probe -> probe();
      case Canary canary -> canary();
      case Denied denied -> {
        // not before the stream has its listener
        stream.eventLoop().execute(() -> refuse(denied.status(), denied.reason(), denied.detail()));
        yield leg;
      }
      case Export export -> {
        connect(export, config, authority);
        yield leg;
      }
    };
  }

  private SpiffeId id() {
    return caller.peer().id();
  }

  private String callerCluster(MeshConfig config) {
    return Optional.ofNullable(config.inbound().trustDomains().get(id().trustDomain())).orElse("");
  }

  private Party here(String address) {
    return Party.UNKNOWN.withAddress(address).withCluster(handlers.recorder().cluster());
  }

  private StreamListener probe() {
    stream.eventLoop().execute(() -> stream.respond(OK));
    return new ProbeEcho(stream);
  }

  private StreamListener canary() {
    Optional<StreamListener> begun =
        handlers
            .canaries()
            .begin(
                stream,
                id(),
                failure ->
                    record.refused(EndReason.TLS_FAILED, "the canary: " + failure.message()));
    return begun.orElseGet(() -> {
      stream
          .eventLoop()
          .execute(() ->
              refuse(
                  ExportTable.UNAVAILABLE,
                  EndReason.OVERLOADED,
                  "%s has as many canaries under way as it may".formatted(id())));
      return leg;
    });
  }

  private void connect(Export export, MeshConfig config, String authority) {
    handlers.connections().connecting(); // a drain waits for what becomes of it
    connecting = true;
    Cluster usable = Targets.usable(export);
    ServiceName service = usable.service();
    String peerCluster = callerCluster(config);
    record
        .tunnel(
            switch (export.route().mode()) {
              case END_TO_END -> "hbone-end-to-end";
              case TERMINATE -> "hbone-gateway";
            })
        .service(
            new ServiceName(
                service.namespace(),
                service.name(),
                service.port(),
                Optional.of(peerCluster).filter(name -> !name.isEmpty())))
        .destination(here(authority));
    Future<Connected<Target>> attempt =
        handlers
            .connector(stream.eventLoop())
            .connect(
                usable,
                endpoint ->
                    handlers.targets().open(export.route(), id(), endpoint, stream.eventLoop()));
    leg.onEarlyClose(() -> {
      attempt.cancel(false);
      if (!answered) {
        answered = true;
        record.refused(EndReason.CALLER_GONE, "reset before the destination answered");
      }
      settled();
    });
    attempt.addListener((Future<Connected<Target>> done) -> {
      if (done.isSuccess()) {
        connected(export, done.getNow());
      } else if (!done.isCancelled()) {
        // not before the stream has its listener: a connect may fail at once
        stream.eventLoop().execute(() -> failed(export, done.cause()));
      }
    });
  }

  private void connected(Export export, Connected<Target> connected) {
    if (leg.isClosed()) {
      connected.connection().leg().abort();
      connected.pick().close();
      return;
    }
    answered = true;
    Party destination =
        here(Party.text(connected.pick().endpoint().address()))
            .withIdentity(connected.connection().peer().map(SpiffeId::toString).orElse(""));
    record.destination(destination).opened();
    stream.respond(OK);
    handlers
        .connections()
        .relay(
            new Joint(
                stream.eventLoop(),
                leg,
                connected.connection().leg(),
                new Observed(record, connected.pick())),
            stillExported(export.route().authority()),
            handlers.config()::current);
    settled();
  }

  private Permission stillExported(String authority) {
    return config ->
        switch (ExportTable.verdict(config, id(), authority)) {
          case Denied denied when denied.reason() == EndReason.DENIED ->
              Optional.of(denied.detail());
          case Denied denied -> Optional.empty();
          case Export export -> Optional.empty();
          case Probe probe -> Optional.empty();
          case Canary canary -> Optional.empty();
        };
  }

  private void failed(Export export, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    EndReason reason = ConnectFailures.reason(cause);
    String detail =
        reason == EndReason.NO_ENDPOINT
            ? "export %s (%s, unmeshed %s): %s"
                .formatted(
                    export.route().authority(),
                    export.route().mode(),
                    export.route().unmeshed(),
                    message)
            : message;
    refuse(ExportTable.UNAVAILABLE, reason, detail);
  }

  private void refuse(int status, EndReason reason, String detail) {
    if (!answered && !leg.isClosed()) {
      answered = true;
      record.refused(reason, detail);
      stream.respond(status);
    }
    settled();
  }

  private void settled() {
    if (connecting) {
      connecting = false;
      handlers.connections().settled();
    }
  }

  /** Ends the pick with the relay. */
  private record Observed(RelayObserver observer, Pick pick) implements RelayObserver {
    @Override
    public void onSent(int bytes) {
      observer.onSent(bytes);
    }

    @Override
    public void onReceived(int bytes) {
      observer.onReceived(bytes);
    }

    @Override
    public void onEnd(RelayOutcome outcome) {
      pick.close();
      observer.onEnd(outcome);
    }
  }
}

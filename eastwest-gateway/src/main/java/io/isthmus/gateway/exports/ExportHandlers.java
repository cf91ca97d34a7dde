package io.isthmus.gateway.exports;

import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.balance.Balancer;
import io.isthmus.proxy.balance.Connector;
import io.isthmus.proxy.canary.CanaryAnswers;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.drain.Connections;
import io.isthmus.proxy.hbone.ConnectHandler;
import io.isthmus.proxy.tunnel.Caller;
import io.isthmus.proxy.tunnel.CallerHandlers;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Answers the requests of other clusters. */
public final class ExportHandlers implements CallerHandlers {
  private final ConfigSource config;
  private final Targets targets;
  private final CanaryAnswers canaries;
  private final Connections connections;
  private final Recorder recorder;
  private final Map<EventLoop, Balancer> balancers = new ConcurrentHashMap<>();

  /** What answers: destinations behind this gateway, or the gateway itself. */
  public record Answers(Targets targets, CanaryAnswers canaries) {}

  public ExportHandlers(
      ConfigSource config, Answers answers, Connections connections, Recorder recorder) {
    this.config = config;
    this.targets = answers.targets();
    this.canaries = answers.canaries();
    this.connections = connections;
    this.recorder = recorder;
  }

  @Override
  public ConnectHandler handlerFor(Caller caller) {
    return (stream, request) -> new ExportRequest(this, caller, stream).begin(request.authority());
  }

  Connector connector(EventLoop loop) {
    Balancer balancer =
        balancers.computeIfAbsent(
            loop, l -> new Balancer(recorder.clock(), ThreadLocalRandom.current()));
    return new Connector(balancer, loop);
  }

  ConfigSource config() {
    return config;
  }

  Targets targets() {
    return targets;
  }

  CanaryAnswers canaries() {
    return canaries;
  }

  Connections connections() {
    return connections;
  }

  Recorder recorder() {
    return recorder;
  }
}

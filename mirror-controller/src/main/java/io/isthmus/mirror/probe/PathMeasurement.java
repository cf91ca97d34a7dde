package io.isthmus.mirror.probe;

import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tunnel.OpenTunnel;
import io.isthmus.proxy.tunnel.Opening;
import io.isthmus.proxy.tunnel.PooledTunnelDialer;
import io.isthmus.proxy.tunnel.TunnelError;
import io.isthmus.proxy.tunnel.TunnelException;
import io.isthmus.proxy.tunnel.TunnelObserver;
import io.isthmus.proxy.tunnel.TunnelSettings;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Measures the path to one address by connections of its own, so that no other traffic waits behind
 * what gets lost. A handshake or payload that gets stuck is tried again in segments so small that
 * every path has to carry them: when the same bytes come through then, and get stuck once more as
 * before, it was their packets' size.
 */
final class PathMeasurement {
  /** With its headers far below IPv6's smallest MTU of 1280, whatever tunnels are on the way. */
  static final int SMALL_SEGMENT = 1_000;

  /** A peer that does not end its half would keep a connection for ever. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final TlsContexts contexts;
  private final TunnelSettings settings;
  private final Endpoint gateway;
  private final ConnectRequest request;
  private final EventLoop loop;

  PathMeasurement(
      TlsContexts contexts,
      TunnelSettings settings,
      Endpoint gateway,
      ConnectRequest request,
      EventLoop loop) {
    this.contexts = contexts;
    this.settings = settings.withMaxAge(Optional.of(LONGEST));
    this.gateway = gateway;
    this.request = request;
    this.loop = loop;
  }

  /** One connection, to its end. */
  private sealed interface Try {
    /** Nothing was lost, or a payload was. */
    record Made(Optional<Opening> opening, Ladder.Climbed climbed) implements Try {}

    /** TCP connected, and the handshake got no answer. */
    record Stuck() implements Try {}
  }

  CompletableFuture<PathReport> run() {
    return attempt(settings).thenCompose(this::judge);
  }

  private CompletableFuture<PathReport> judge(Try first) {
    return switch (first) {
      case Try.Made(var opening, Ladder.Climbed(int largest, var lost)) when lost.isEmpty() ->
          CompletableFuture.completedFuture(new PathReport(opening, largest, Optional.empty()));
      case Try.Made(var opening, Ladder.Climbed(int largest, var lost)) ->
          isOfSize(lost.orElseThrow())
              .thenApply(pass ->
                  new PathReport(
                      opening,
                      largest,
                      pass
                          ? Optional.of(lostPayload(lost.orElseThrow(), opening))
                          : Optional.empty()));
      case Try.Stuck() ->
          isOfSize(Ladder.SIZES.getFirst())
              .thenApply(pass ->
                  new PathReport(
                      Optional.empty(), 0, pass ? Optional.of(stuck()) : Optional.empty()));
    };
  }

  /** Whether this payload comes back in small segments, and is lost again in large ones. */
  private CompletableFuture<Boolean> isOfSize(int payload) {
    return smallPass(payload)
        .thenCompose(pass ->
            pass
                ? attempt(settings).thenApply(again -> isLost(again, payload))
                : CompletableFuture.completedFuture(false))
        .exceptionally(gone -> false);
  }

  private static boolean isLost(Try again, int payload) {
    return switch (again) {
      case Try.Stuck() -> true;
      case Try.Made(var _, Ladder.Climbed climbed) -> climbed.largest() < payload;
    };
  }

  /** Whether this payload comes back in small segments. */
  private CompletableFuture<Boolean> smallPass(int payload) {
    return attempt(settings.withMaxSegment(SMALL_SEGMENT))
        .thenApply(again ->
            again instanceof Try.Made(var _, Ladder.Climbed climbed)
                && climbed.largest() >= payload)
        .exceptionally(gone -> false);
  }

  private static String lostPayload(int payload, Optional<Opening> opening) {
    OptionalInt mtu = opening.map(Opening::pathMtu).orElse(OptionalInt.empty());
    return "%d bytes do not come back, and do in segments of %d bytes%s"
        .formatted(
            payload,
            SMALL_SEGMENT,
            mtu.isPresent() ? "; the kernel takes the path for " + mtu.getAsInt() + " bytes" : "");
  }

  private static String stuck() {
    return "the TLS handshake gets no answer, and does in segments of %d bytes"
        .formatted(SMALL_SEGMENT);
  }

  private CompletableFuture<Try> attempt(TunnelSettings how) {
    Watch watch = new Watch();
    // for itself: a budget that is shared would let a measurement take from the probes
    MemoryBudget budget = new MemoryBudget(MemoryBudget.DEFAULT_BYTES);
    PooledTunnelDialer dialer = new PooledTunnelDialer(contexts, budget, how, watch);
    CompletableFuture<Ladder.Climbed> climbed = new CompletableFuture<>();
    Future<OpenTunnel<Ladder>> dialled =
        dialer.dial(gateway, request, stream -> new Ladder(stream, climbed), loop);
    dialled.addListener(done -> {
      if (dialled.isSuccess()) {
        dialled.getNow().listener().climb();
      } else {
        climbed.completeExceptionally(dialled.cause());
      }
    });
    return climbed
        .<Try>thenApply(result -> new Try.Made(Optional.ofNullable(watch.opening), result))
        .exceptionally(PathMeasurement::stuckOrFailed)
        .whenComplete((result, failure) -> dialer.close());
  }

  private static Try stuckOrFailed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapper && wrapper.getCause() != null
            ? wrapper.getCause()
            : failure;
    if (cause instanceof TunnelException known
        && known.error()
            instanceof TunnelError.HandshakeFailed(var _, HandshakeFailure.TimedOut _)) {
      return new Try.Stuck();
    }
    throw new CompletionException(cause);
  }

  /** Of one connection; written and read on its event loop. */
  private static final class Watch implements TunnelObserver {
    private @org.jspecify.annotations.Nullable Opening opening;

    @Override
    public void onOpened(Opening made) {
      opening = made;
    }

    @Override
    public void onClosed() {}

    @Override
    public void onStreams(int delta) {}

    @Override
    public void onFailed(TunnelError error) {}
  }
}

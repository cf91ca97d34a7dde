package io.isthmus.proxy.admin;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether the application listens: a page for each port that is asked for, which connects to it and
 * hangs up. Instead of a probe's own connection, which a proxy that captures accepts in any case.
 * Who asks within half a second of another is told the same: each try leaves a closed connection
 * behind for a minute. Thread-safe.
 */
public final class TcpProbes {
  private static final long SHARED_MILLIS = 500;
  private static final Pattern PORTS = Pattern.compile("\\d{1,5}(,\\d{1,5})*");
  private static final int LAST_PORT = 65_535;
  private static final int LISTENS = 200;
  private static final int DOES_NOT = 503;

  private final List<Integer> ports;
  private final InetAddress pod;
  private final Supplier<Bootstrap> connector;
  private final Map<Integer, CompletionStage<Page>> tries = new ConcurrentHashMap<>();

  /**
   * @param pod where the application listens
   * @param connector with a group, and without a handler
   */
  public TcpProbes(List<Integer> ports, InetAddress pod, Supplier<Bootstrap> connector) {
    this.ports = List.copyOf(ports);
    this.pod = pod;
    this.connector = connector;
  }

  /** Whether a text is ports, separated by commas. */
  public static boolean arePorts(String text) {
    return PORTS.matcher(text).matches()
        && ports(text).stream().allMatch(port -> port >= 1 && port <= LAST_PORT);
  }

  /** Of a text that is some. */
  public static List<Integer> ports(String text) {
    return Stream.of(text.split(",")).map(Integer::valueOf).toList();
  }

  /** The path of a port's page. */
  static String path(int port) {
    return "/tcp/" + port;
  }

  /** With a page for each port. */
  public Pages addTo(Pages pages) {
    ports.forEach(
        port -> pages.getLater(path(port), () -> tries.computeIfAbsent(port, this::probe)));
    return pages;
  }

  private CompletionStage<Page> probe(int port) {
    CompletableFuture<Page> page = new CompletableFuture<>();
    ChannelFuture connecting =
        connector
            .get()
            .handler(new ChannelInboundHandlerAdapter())
            .connect(new InetSocketAddress(pod, port));
    connecting.addListener(
        (ChannelFutureListener)
            done -> {
              if (done.isSuccess()) {
                done.channel().close();
                page.complete(Page.text(LISTENS, "port %d listens\n".formatted(port)));
              } else {
                page.complete(
                    Page.text(
                        DOES_NOT, "port %d: %s\n".formatted(port, done.cause().getMessage())));
              }
              done.channel()
                  .eventLoop()
                  .schedule(() -> tries.remove(port), SHARED_MILLIS, TimeUnit.MILLISECONDS);
            });
    return page;
  }
}

package io.isthmus.control.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** {@code /metrics}, {@code /ready}, {@code /live} and {@code /proxies}. */
public final class HealthServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private volatile String notReady = "starting";

  public HealthServer(InetSocketAddress address, Supplier<String> metrics) throws IOException {
    this.server = HttpServer.create(address, 0);
    server.setExecutor(executor);
    server.createContext("/live", exchange -> answer(exchange, 200, "ok\n"));
    server.createContext(
        "/ready",
        exchange -> {
          String reason = notReady;
          answer(exchange, reason.isEmpty() ? 200 : 503, reason.isEmpty() ? "ok\n" : reason + "\n");
        });
    server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.get()));
    server.start();
  }

  /** The port that was bound. */
  public int port() {
    return server.getAddress().getPort();
  }

  public void page(String path, Supplier<String> text) {
    server.createContext(path, exchange -> answer(exchange, 200, text.get()));
  }

  public void ready() {
    notReady = "";
  }

  /** The reason is what {@code /ready} says. */
  public void notReady(String reason) {
    notReady = reason;
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}

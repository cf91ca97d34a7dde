package io.isthmus.e2e.mesh;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * The destination's app: {@code /} says where it runs, {@code /drip} sends a byte every 100 ms for
 * 15 s. Arguments: address, port, what to say.
 */
public final class HelloServer {
  private static final int DRIPS = 150;

  private HelloServer() {}

  public static void main(String[] args) throws IOException {
    InetSocketAddress address = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
    HttpServer server = HttpServer.create(address, 256);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    byte[] answer = (args[2] + "\n").getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.createContext("/drip", HelloServer::drip);
    server.start();
  }

  private static void drip(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      for (int i = 0; i < DRIPS; i++) {
        body.write('.');
        body.flush();
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
  }
}

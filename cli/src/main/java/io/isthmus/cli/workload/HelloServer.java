package io.isthmus.cli.workload;

import com.sun.net.httpserver.HttpServer;
import io.isthmus.settings.Setting;
import io.isthmus.settings.Settings;
import io.isthmus.settings.SettingsReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;

/** Answers every request with the pod and the cluster that it runs in. */
public final class HelloServer {
  private static final Setting<InetSocketAddress> ADDRESS =
      Setting.address("address", "where requests are answered").required();
  private static final Setting<String> POD = Setting.text("pod", "name of this pod").required();
  private static final Setting<String> CLUSTER =
      Setting.text("cluster", "name of this cluster").required();

  private HelloServer() {}

  public static void main(String[] args) {
    Settings settings =
        SettingsReader.of(List.of(ADDRESS, POD, CLUSTER)).readOrExit("hello-server", args);
    String pod = settings.get(POD);
    String cluster = settings.get(CLUSTER);
    try {
      start(settings.get(ADDRESS), "hello from pod %s in cluster %s%n".formatted(pod, cluster));
    } catch (IOException e) {
      System.err.printf(
          "hello-server: cannot listen on %s: %s%n", settings.get(ADDRESS), e.getMessage());
      System.exit(1);
    }
  }

  static HttpServer start(InetSocketAddress address, String answer) throws IOException {
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    HttpServer server = HttpServer.create(address, 128);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    return server;
  }
}

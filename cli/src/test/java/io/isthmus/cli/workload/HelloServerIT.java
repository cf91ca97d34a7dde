package io.isthmus.cli.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class HelloServerIT {
  @Test
  void answersWithWhatItWasStartedWith() throws IOException, InterruptedException {
    HttpServer server =
        HelloServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "hello from here\n");
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/any/path");

      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("hello from here\n");
    } finally {
      server.stop(0);
    }
  }
}

package io.isthmus.cli.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Whether a process is ready, asked again and again; {@code toString} says what is asked. */
public interface Readiness {
  boolean holds();

  /** Whether another process answers already, before the one that is meant has started. */
  default boolean isTaken() {
    return false;
  }

  /** 200 on {@code url}. */
  static Readiness http(String url) {
    return new Http(URI.create(url));
  }

  /** Something accepts connections there. */
  static Readiness listening(InetSocketAddress address) {
    return new Listening(address);
  }

  /** See {@link Readiness#http}. */
  record Http(URI url) implements Readiness {
    private static final HttpClient CLIENT =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    @Override
    public boolean holds() {
      try {
        HttpRequest request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(2)).build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
      } catch (IOException e) {
        return false; // not yet: asked again until the caller's time is over
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    @Override
    public boolean isTaken() {
      return holds();
    }

    @Override
    public String toString() {
      return "GET " + url;
    }
  }

  /** See {@link Readiness#listening}. */
  record Listening(InetSocketAddress address) implements Readiness {
    @Override
    public boolean holds() {
      try (Socket socket = new Socket()) {
        socket.connect(address, 1000);
        return true;
      } catch (IOException e) {
        return false; // not yet: asked again until the caller's time is over
      }
    }

    @Override
    public boolean isTaken() {
      return holds();
    }

    @Override
    public String toString() {
      return "connect to " + address;
    }
  }
}

package io.isthmus.perf;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.ProcessFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** nginx on the destination's node: a small answer at /, a large one at /big. */
final class Backend implements AutoCloseable {
  static final int PORT = 8080;
  static final long BIG_BYTES = 1L << 30;

  private final ChildProcess nginx;

  Backend(Path directory) {
    try {
      Path root = Files.createDirectories(directory.resolve("www"));
      Files.writeString(root.resolve("index.html"), "x".repeat(128));
      try (var big = new RandomAccessFile(root.resolve("big").toFile(), "rw")) {
        big.setLength(BIG_BYTES);
      }
      Path config = directory.resolve("nginx.conf");
      Files.writeString(
          config,
          """
          daemon off;
          user root;
          worker_processes 1;
          pid %1$s/nginx.pid;
          error_log %1$s/nginx-error.log;
          events { worker_connections 8192; }
          http {
            access_log off;
            sendfile on;
            keepalive_requests 1000000000;
            keepalive_timeout 600;
            client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
            fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
            server { listen %2$s:%3$d backlog=4096; root %1$s/www; }
          }
          """
              .formatted(directory, TestBed.DESTINATION_IP, PORT));
      nginx =
          ChildProcess.start(
              "nginx",
              directory,
              TestBed.on(TestBed.DESTINATION, List.of("nginx", "-c", config.toString())));
    } catch (IOException e) {
      throw new BenchmarkFailure("cannot prepare the backend in " + directory, e);
    }
    awaitAnswer(TestBed.DESTINATION_IP, PORT);
  }

  /** Waits until an HTTP request from the caller's node is answered. */
  static void awaitAnswer(String host, int port) {
    ProcessFailure last = new ProcessFailure("no answer yet");
    for (int i = 0; i < 100; i++) {
      try {
        TestBed.in(
            TestBed.CALLER,
            "curl",
            "-sSf",
            "-m",
            "2",
            "-o",
            "/dev/null",
            "http://%s:%d/".formatted(host, port));
        return;
      } catch (ProcessFailure e) {
        last = e;
        Pause.millis(100);
      }
    }
    throw new BenchmarkFailure(
        "no HTTP answer from %s:%d within %s".formatted(host, port, Duration.ofSeconds(10)), last);
  }

  @Override
  public void close() {
    nginx.close();
  }
}

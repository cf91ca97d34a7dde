package io.isthmus.perf;

import io.isthmus.cli.process.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests by wrk (HTTP/1.1, closed loop, one thread). */
final class Wrk {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
  private static final Pattern ERRORS =
      Pattern.compile("(Socket errors:.*|Non-2xx or 3xx responses: \\d+)");

  private Wrk() {}

  /** Keep-alive requests over {@code connections} connections; returns the requests answered. */
  static double run(int port, int seconds, int connections) {
    return run(port, seconds, connections, List.of());
  }

  /** A connection for each request; returns the connections made. */
  static double runNewConnections(int port, int seconds) {
    return run(port, seconds, 32, List.of("-H", "Connection: close"));
  }

  private static double run(int port, int seconds, int connections, List<String> more) {
    List<String> command =
        new ArrayList<>(
            List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--timeout", "5s"));
    command.addAll(more);
    command.add("http://%s:%d/".formatted(TestBed.SERVICE_IP, port));
    String printed =
        Command.run(Duration.ofSeconds(seconds + 30L), TestBed.on(TestBed.CALLER, command));
    Matcher errors = ERRORS.matcher(printed);
    if (errors.find()) {
      throw new BenchmarkFailure(
          "port %d, %d connections: %s".formatted(port, connections, errors.group()));
    }
    Matcher requests = REQUESTS.matcher(printed);
    if (!requests.find() || requests.group(1).equals("0")) {
      throw new BenchmarkFailure("port %d: wrk did no request:%n%s".formatted(port, printed));
    }
    return Double.parseDouble(requests.group(1));
  }
}

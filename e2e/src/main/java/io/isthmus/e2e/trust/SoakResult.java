package io.isthmus.e2e.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a soak came to.
 *
 * @param before counters of all proxies when the load began
 * @param after the same when it ended
 * @param counted by the clients
 */
record SoakResult(SoakForm form, ProxyCounters before, ProxyCounters after, Loads.Counted counted) {
  private static final String HANDSHAKES = "isthmus_handshakes_total";
  private static final String CONNECTIONS = "isthmus_connections_closed_total";

  /** Of the wished rate; fortio makes up for a stall, so less means that it could not. */
  private static final double LEAST_RATE = 0.98;

  long requests() {
    return counted.requestsMade();
  }

  long sessions() {
    return counted.sessionsEnded();
  }

  long transactions() {
    return counted.database().transactions();
  }

  long handshakes() {
    return after.successesSince(before, HANDSHAKES);
  }

  long connections() {
    return after.successesSince(before, CONNECTIONS);
  }

  List<String> clientFailures() {
    return counted.failures();
  }

  List<String> proxyFailures() {
    return after.failuresSince(before);
  }

  String rates() {
    return counted.requests().entrySet().stream()
        .map(entry ->
            String.format(Locale.ROOT, "%s %.1f/s", entry.getKey(), entry.getValue().rate()))
        .collect(Collectors.joining(", "));
  }

  /** Pairs whose load fell short: then nothing is proved. */
  List<String> slack() {
    List<String> found = new ArrayList<>();
    counted
        .requests()
        .forEach((pair, result) -> {
          if (result.rate() < form.rate() * LEAST_RATE) {
            found.add(
                String.format(
                    Locale.ROOT,
                    "%s: %.1f requests/s, expected %d",
                    pair,
                    result.rate(),
                    form.rate()));
          }
        });
    if (sessions() == 0 || transactions() == 0) {
      found.add("%d sessions, %d transactions".formatted(sessions(), transactions()));
    }
    return found;
  }
}

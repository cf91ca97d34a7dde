package io.isthmus.e2e.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ProxyCountersTest {
  private static final String BEFORE =
      """
      # TYPE isthmus_handshakes counter
      isthmus_handshakes_total{result="ok",role="client"} 10.0
      isthmus_handshakes_total{result="peer_unknown_trust_domain",role="server"} 2.0
      isthmus_connections_closed_total{direction="inbound",reason="closed_by_caller"} 100.0
      """;

  @Test
  void onlyWhatCameSinceCounts() {
    ProxyCounters before = scrape(BEFORE);

    assertThat(scrape(BEFORE).failuresSince(before)).isEmpty();
  }

  @Test
  void namesProxySeriesAndNumberOfEachFailure() {
    ProxyCounters after =
        scrape(
            BEFORE
                    .replace("server\"} 2.0", "server\"} 5.0")
                    .replace("client\"} 10.0", "client\"} 14.0")
                + "isthmus_connections_closed_total{direction=\"inbound\",reason=\"caller_lost\"}"
                + " 1.0\n"
                + "isthmus_tunnels_failed_total{reason=\"handshake_failed\"} 4.0\n");

    assertThat(after.failuresSince(scrape(BEFORE)))
        .containsExactly(
            "west/gateway"
                + " isthmus_connections_closed_total{direction=\"inbound\",reason=\"caller_lost\"}:"
                + " 1",
            "west/gateway"
                + " isthmus_handshakes_total{result=\"peer_unknown_trust_domain\",role=\"server\"}:"
                + " 3",
            "west/gateway isthmus_tunnels_failed_total{reason=\"handshake_failed\"}: 4");
    assertThat(after.successesSince(scrape(BEFORE), "isthmus_handshakes_total")).isEqualTo(4);
  }

  @Test
  void whatIsLeftAtTheEndOfASessionIsAFailureButAtGateways() {
    String closed = "isthmus_connections_closed_total{direction=\"%s\",reason=\"%s\"} 3.0\n";

    assertThat(failures(closed.formatted("gateway", "left_by_target"))).isEmpty();
    assertThat(failures(closed.formatted("inbound", "left_by_target"))).hasSize(1);
    assertThat(failures(closed.formatted("gateway", "reset_by_target"))).isEmpty();
    assertThat(failures(closed.formatted("inbound", "reset_by_target"))).hasSize(1);
  }

  private static List<String> failures(String scrape) {
    return scrape(scrape).failuresSince(scrape(""));
  }

  private static ProxyCounters scrape(String text) {
    ProxyCounters counters = new ProxyCounters(new TreeMap<>(), new TreeMap<>());
    counters.add("west/gateway", text);
    return counters;
  }
}

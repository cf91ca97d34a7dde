package io.isthmus.cli.gateways;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.cli.Unanswered;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Open tunnels of peers on this cluster's own gateways, by the peers' trust domains.
 *
 * @param unread why they are not known; then there are none here
 */
record Sessions(Map<String, Integer> byTrustDomain, Optional<String> unread) {
  private static final int METRICS_PORT = 15_020;

  private static final String METRIC = "isthmus_connections_by_anchor";
  private static final Pattern SAMPLE =
      Pattern.compile(
          METRIC + "\\{anchor=\"[^\"]*\",trust_domain=\"([^\"]+)\",?} ([0-9]+)(?:\\.0+)?");

  /** Throws nothing of the API server's: without them there is still much to show. */
  static Sessions of(KubernetesClient client, String namespace) {
    String asked = "list pods";
    try {
      List<Pod> gateways =
          client
              .pods()
              .inNamespace(namespace)
              .withField("spec.serviceAccountName", ObjectNames.GATEWAY_SERVICE_ACCOUNT)
              .withField("status.phase", "Running")
              .list()
              .getItems();
      asked = "get pods/proxy";
      Map<String, Integer> all = new HashMap<>();
      for (Pod gateway : gateways) {
        String page =
            client.raw(
                "/api/v1/namespaces/%s/pods/%s:%d/proxy/metrics"
                    .formatted(namespace, gateway.getMetadata().getName(), METRICS_PORT));
        parse(page == null ? "" : page)
            .forEach((domain, open) -> all.merge(domain, open, Integer::sum));
      }
      return new Sessions(Map.copyOf(all), Optional.empty());
    } catch (KubernetesClientException e) {
      return unread(
          e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
              ? "the right to %s in the namespace %s is missing".formatted(asked, namespace)
              : Unanswered.why(e));
    } catch (IllegalArgumentException e) {
      return unread(String.valueOf(e.getMessage()));
    }
  }

  private static Sessions unread(String why) {
    return new Sessions(Map.of(), Optional.of(why));
  }

  /** Of one gateway's metrics; anchors of a trust domain together. */
  static Map<String, Integer> parse(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(METRIC + "{"))
        .map(Sessions::sample)
        .collect(
            Collectors.toMap(
                sample -> sample.group(1),
                sample -> Integer.parseInt(sample.group(2)),
                Integer::sum));
  }

  private static Matcher sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new IllegalArgumentException(
          "a gateway's metrics have the line '%s', expected %s{anchor=\"...\",trust_domain=\"...\"} and a count"
              .formatted(line, METRIC));
    }
    return sample;
  }

  /** Nothing where they are not known. */
  OptionalInt of(String trustDomain) {
    return unread.isPresent()
        ? OptionalInt.empty()
        : OptionalInt.of(byTrustDomain.getOrDefault(trustDomain, 0));
  }
}

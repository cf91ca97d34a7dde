package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Helm makes of a chart for an API server of the version that is given. */
record Rendered(List<HasMetadata> objects) {
  static final String NEW_KUBERNETES = "v1.37.2";
  private static final String REQUIRED = "cluster: west\ntrustDomain: west.example\n";

  static Rendered of(String chart, String values) {
    return of(chart, REQUIRED + values, "isthmus-system", NEW_KUBERNETES);
  }

  static Rendered of(String chart, String values, String namespace, String kubernetes) {
    try (Charts charts = Charts.unpacked();
        KubernetesClient client = new KubernetesClientBuilder().build()) {
      String yaml =
          new Releases("none", "", kubernetes, namespace)
              .manifest(
                  new Release(
                      chart,
                      charts.of(chart),
                      List.of(charts.file("values.yaml", values)),
                      Map.of()));
      return new Rendered(
          client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items());
    }
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T extends HasMetadata> T only(Class<T> type, String name) {
    return find(type, name).orElseThrow();
  }

  <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
    return all(type).stream().filter(each -> each.getMetadata().getName().equals(name)).findFirst();
  }
}

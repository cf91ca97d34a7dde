package io.isthmus.e2e.install;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class TracesTest {

  @Test
  void marksAreWhatTheMeshSetsAndNoUserDoes() {
    String list =
        """
        {"items": [
          {"kind": "Namespace", "metadata": {"name": "shop",
            "labels": {"isthmus.io/injection": "enabled", "kubernetes.io/metadata.name": "shop"},
            "annotations": {"isthmus.io/inject": "enabled"}}},
          {"kind": "Service", "metadata": {"name": "hello",
            "labels": {"mirror.isthmus.io/exported": "true"}}},
          {"kind": "Service", "metadata": {"name": "hello-east",
            "labels": {"mirror.isthmus.io/mirrored": "true"}}},
          {"kind": "Deployment", "metadata": {"name": "client"},
            "spec": {"template": {"metadata": {"annotations": {"isthmus.io/injected": "x"}}}}}
        ]}
        """;

    assertThat(Traces.marks(JsonMapper.shared().readTree(list)))
        .containsExactly(
            "Deployment client isthmus.io/injected",
            "Namespace shop isthmus.io/injection",
            "Service hello-east mirror.isthmus.io/mirrored");
  }
}

package io.isthmus.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One invalid file per rule, named after it; the first line says what the server answers. */
@ExtendWith(RealApiServerExtension.class)
final class ResourceRulesIT {
  private static final Path RULES = Path.of("src/test/resources/io/isthmus/api/rules");
  private static final String EXPECTED = "# expected: ";

  static List<String> rules() throws IOException {
    try (Stream<Path> files = Files.list(RULES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void refusesWhatBreaksTheRule(String file, RealApiServer server) throws IOException {
    String text = Files.readString(RULES.resolve(file));
    String expected = text.lines().findFirst().orElseThrow().substring(EXPECTED.length());
    String[] documents = text.split("\n---\n", -1);
    KubernetesClient client = server.admin();
    String name = file.replace(".yaml", "");
    for (int i = 0; i < documents.length - 1; i++) {
      client.resource(resource(documents[i])).create();
    }
    GenericKubernetesResource invalid = resource(documents[documents.length - 1]);
    assertThat(invalid.getMetadata().getName()).isEqualTo(name);

    assertThatThrownBy(
            () -> {
              if (documents.length == 1) {
                client.resource(invalid).create();
              } else {
                client.resource(invalid).patch();
              }
            })
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refusal -> assertThat(refusal.getCode()).isEqualTo(422))
        .hasMessageContaining(expected);
  }

  private static GenericKubernetesResource resource(String yaml) {
    GenericKubernetesResource resource =
        Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    if (resource.getKind().equals("Link")) {
      resource.getMetadata().setNamespace("default");
    }
    return resource;
  }
}

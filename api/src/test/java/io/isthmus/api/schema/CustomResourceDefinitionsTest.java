package io.isthmus.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class CustomResourceDefinitionsTest {
  private static final Path COMMITTED = Path.of("../charts/isthmus/files/crds");

  @BeforeAll
  static void writesThemWhenAsked() throws IOException {
    if (Boolean.getBoolean("isthmus.write-crds")) {
      CustomResourceDefinitions.writeAll(COMMITTED);
    }
  }

  @ParameterizedTest
  @FieldSource("io.isthmus.api.schema.CustomResourceDefinitions#TYPES")
  void committedFileIsWhatTheTypesSay(Class<? extends CustomResource<?, ?>> type)
      throws IOException {
    Path file = COMMITTED.resolve(CustomResourceDefinitions.fileName(type));

    assertThat(file)
        .as("write it anew with -Disthmus.write-crds=true")
        .exists()
        .content()
        .isEqualTo(CustomResourceDefinitions.yaml(type));
  }

  @ParameterizedTest
  @FieldSource("io.isthmus.api.schema.CustomResourceDefinitions#TYPES")
  void schemaSaysTheSameEachTimeItIsWritten(Class<? extends CustomResource<?, ?>> type) {
    assertThat(CustomResourceDefinitions.yaml(type))
        .isEqualTo(CustomResourceDefinitions.yaml(type));
  }
}

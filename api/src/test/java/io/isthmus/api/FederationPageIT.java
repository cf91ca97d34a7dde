package io.isthmus.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The examples of docs/federation.md are taken by an API server as they stand. */
@ExtendWith(RealApiServerExtension.class)
final class FederationPageIT {
  private static final Path PAGE = Path.of("..", "docs", "federation.md");
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @Test
  void examplesAreTaken(RealApiServer server) throws IOException {
    String yaml =
        EXAMPLE
            .matcher(Files.readString(PAGE))
            .results()
            .map((MatchResult example) -> example.group(1))
            .collect(Collectors.joining("---\n"));
    try (InputStream in = new java.io.ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))) {
      List<HasMetadata> examples = server.admin().load(in).items();
      assertThat(examples)
          .extracting(HasMetadata::getKind)
          .containsExactly("TrustDomain", "TrustDomain", "TrustDomain");
      examples.forEach(example -> server.admin().resource(example).create());
    }
  }
}

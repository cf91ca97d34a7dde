package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several kubeconfig files in {@code $KUBECONFIG}, as kubectl takes them. */
class KubeContextsTest {
  @TempDir Path directory;

  private Path file(String name, String context, int port, String current) throws IOException {
    return Files.writeString(
        directory.resolve(name),
        """
        apiVersion: v1
        kind: Config
        clusters:
        - {name: it, cluster: {server: "http://127.0.0.1:%d"}}
        users:
        - {name: it, user: {token: x}}
        contexts:
        - {name: %s, context: {cluster: it, user: it}}
        current-context: "%s"
        """
            .formatted(port, context, current));
  }

  private static KubeContexts listed(Path... files) {
    return KubeContexts.of(
        Optional.empty(),
        Optional.of(
            String.join(File.pathSeparator, Arrays.stream(files).map(Path::toString).toList())));
  }

  @Test
  void aContextAloneWorksElsewhere() throws IOException {
    Path both =
        Files.writeString(
            directory.resolve("both"),
            """
            apiVersion: v1
            kind: Config
            clusters:
            - {name: w, cluster: {server: "https://w", certificate-authority: ca.crt}}
            - {name: e, cluster: {server: "https://e"}}
            users:
            - {name: w, user: {client-certificate: /etc/w.crt, client-key: w.key}}
            - {name: e, user: {token: x}}
            contexts:
            - {name: west, context: {cluster: w, user: w}}
            - {name: east, context: {cluster: e, user: e}}
            current-context: east
            """);
    assertThat(listed(both).standalone("west"))
        .contains("current-context: \"west\"", "https://w", "/etc/w.crt")
        .contains(directory.resolve("ca.crt").toString(), directory.resolve("w.key").toString())
        .doesNotContain("https://e", "token");
  }

  @Test
  void eachContextIsThatOfItsOwnFile() throws IOException {
    KubeContexts contexts = listed(file("w", "west", 1, ""), file("e", "east", 2, "east"));
    assertThat(contexts.config("west").getMasterUrl()).contains(":1/");
    assertThat(contexts.config("east").getMasterUrl()).contains(":2/");
    assertThat(contexts.name(new GlobalOptions()))
        .as("of the first that has one")
        .isEqualTo("east");
  }

  @Test
  void firstFileThatHasAContextHasTheWord() throws IOException {
    KubeContexts contexts = listed(file("a", "west", 1, "west"), file("b", "west", 2, "west"));
    assertThat(contexts.config("west").getMasterUrl()).contains(":1/");
  }

  @Test
  void filesThatAreMissingAreLeftOutUnlessAllAre() throws IOException {
    Path nowhere = directory.resolve("nowhere");
    assertThat(listed(nowhere, file("e", "east", 2, "east")).config("east").getMasterUrl())
        .contains(":2/");
    assertThatThrownBy(() -> listed(nowhere, directory.resolve("neither")))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("nowhere" + File.pathSeparator);
  }

  @Test
  void unknownContextIsRefusedWithThoseOfAllFiles() throws IOException {
    KubeContexts contexts = listed(file("w", "west", 1, ""), file("e", "east", 2, "east"));
    assertThatThrownBy(() -> contexts.config("north"))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.why()).contains("[west, east]"));
  }

  @Test
  void optionStandsForOneFileAlone() throws IOException {
    Path west = file("w", "west", 1, "west");
    KubeContexts contexts =
        KubeContexts.of(Optional.of(west), Optional.of(file("e", "east", 2, "east").toString()));
    assertThatThrownBy(() -> contexts.config("east")).isInstanceOf(CommandException.class);
  }
}

package io.isthmus.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isthmus.settings.SettingsReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image of capture, on a base that is made here. */
final class ArchiveTest {
  private static final String OTHER =
      Architecture.ofThisMachine() == Architecture.AMD64 ? "arm64" : "amd64";

  @TempDir Path root;

  @BeforeEach
  void rules() throws IOException {
    Path rules = root.resolve("api/src/main/resources/META-INF/isthmus/capture.nft");
    Files.createDirectories(rules.getParent());
    Files.writeString(rules, "add table inet isthmus");
    Files.createDirectories(root.resolve("images/target"));
  }

  @Test
  void itsConfigurationNamesTheArchitectureAndItsLabels() throws Exception {
    base(Architecture.ofThisMachine().inImages());

    String line = archive().write();

    JsonNode configuration = configuration();
    assertThat(line).startsWith("registry.example/isthmus/isthmus-capture:1.0 sha256:");
    assertThat(configuration.path("architecture").asText())
        .isEqualTo(Architecture.ofThisMachine().inImages());
    assertThat(configuration.path("os").asText()).isEqualTo("linux");
    JsonNode labels = configuration.at("/config/Labels");
    assertThat(new ObjectMapper().convertValue(labels, new TypeReference<Map<String, String>>() {}))
        .isEqualTo(
            Map.of(
                "org.opencontainers.image.title", "isthmus-capture",
                "org.opencontainers.image.description",
                    "Isthmus capture: sends a Pod's TCP through its sidecar, once, before the Pod"
                        + " starts",
                "org.opencontainers.image.version", "1.0",
                "org.opencontainers.image.revision", "0123abc",
                "org.opencontainers.image.licenses", "Apache-2.0",
                "org.opencontainers.image.created", "2026-01-01T00:00:00Z"));
  }

  @Test
  void aBaseOfAnotherArchitectureIsRefused() throws Exception {
    base(OTHER);

    assertThatThrownBy(() -> archive().write())
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(
            "the base base.tar is for '%s', expected %s"
                .formatted(OTHER, Architecture.ofThisMachine().inImages()));
    assertThat(root.resolve("images/target/isthmus-capture.digest")).doesNotExist();
  }

  private Archive archive() {
    String[] arguments = {
      "--root=" + root,
      "--base=any",
      "--capture-base=base.tar",
      "--repository=registry.example/isthmus",
      "--version=1.0",
      "--revision=0123abc",
      "--time=2026-01-01T00:00:00Z"
    };
    Build build = new Build(SettingsReader.of(BuildSettings.all()).readOrExit("test", arguments));
    return new Archive(build, new CaptureContent(build));
  }

  /** As images/debian-base writes it: one layer, as docker save has it. */
  private void base(String architecture) throws Exception {
    Path image = Files.createDirectory(root.resolve("base"));
    Files.writeString(image.resolve("nft"), "no program");
    run("tar", "-C", image.toString(), "-cf", image.resolve("layer.tar").toString(), "nft");
    String digest =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(Files.readAllBytes(image.resolve("layer.tar"))));
    Files.writeString(
        image.resolve("config.json"),
        """
        {"architecture":"%s","os":"linux","config":{},
         "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}
        """
            .formatted(architecture, digest));
    Files.writeString(
        image.resolve("manifest.json"),
        """
        [{"Config":"config.json","RepoTags":["base:latest"],"Layers":["layer.tar"]}]
        """);
    run(
        "tar",
        "-C",
        image.toString(),
        "-cf",
        root.resolve("base.tar").toString(),
        "manifest.json",
        "config.json",
        "layer.tar");
  }

  /** The way that a container engine takes: index, manifest, configuration. */
  private JsonNode configuration() throws Exception {
    JsonNode index = file("index.json");
    JsonNode manifest = blob(index.at("/manifests/0/digest"));
    return blob(manifest.at("/config/digest"));
  }

  private JsonNode blob(JsonNode digest) throws Exception {
    return file("blobs/sha256/" + digest.asText().replace("sha256:", ""));
  }

  private JsonNode file(String name) throws Exception {
    Path tar = root.resolve("images/target/isthmus-capture.tar");
    return new ObjectMapper().readTree(run("tar", "-xOf", tar.toString(), name));
  }

  private static String run(String... line) throws Exception {
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(List.of(line) + ": " + output).isZero();
    return output;
  }
}

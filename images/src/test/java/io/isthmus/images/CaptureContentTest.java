package io.isthmus.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.settings.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CaptureContentTest {
  @TempDir Path root;

  @Test
  void namesTheBaseThatIsMissingAndWhatMakesIt() {
    assertThatThrownBy(() -> content("images/target/no-base.tar").check())
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("images/target/no-base.tar is missing")
        .hasMessageContaining("images/debian-base --capture");
  }

  @Test
  void takesABaseThatIsThereOrInARegistry() throws Exception {
    Files.writeString(root.resolve("base.tar"), "");

    content("base.tar").check();
    content("registry.example/nft:1").check();
  }

  @Test
  void holdsTheRulesWhereInjectionLoadsThemFrom() {
    assertThat(content("base.tar").layers())
        .singleElement()
        .satisfies(layer ->
            assertThat(layer.getEntries())
                .singleElement()
                .satisfies(entry -> {
                  assertThat(entry.getExtractionPath().toString())
                      .isEqualTo("/etc/isthmus/capture.nft");
                  assertThat(entry.getSourceFile())
                      .isEqualTo(
                          root.resolve("api/src/main/resources/META-INF/isthmus/capture.nft"));
                }));
  }

  private CaptureContent content(String base) {
    String[] arguments = {
      "--root=" + root,
      "--base=any",
      "--capture-base=" + base,
      "--repository=localhost",
      "--version=1",
      "--time=2026-01-01T00:00:00Z"
    };
    return new CaptureContent(
        new Build(SettingsReader.of(BuildSettings.all()).readOrExit("test", arguments)));
  }
}

package io.isthmus.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.settings.SettingsReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SettingsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "settings-sidecar.md");

  @Test
  void pageInDocsSaysWhatTheDeclarationsSay() throws IOException {
    String declared = SettingsReference.markdown("isthmus-proxy", SidecarSettings.all());
    if (Boolean.getBoolean("isthmus.docs.write")) {
      Files.writeString(PAGE, declared);
    }
    assertThat(PAGE)
        .as("docs/settings-sidecar.md: regenerate it with -Disthmus.docs.write=true")
        .hasContent(declared);
  }
}

package io.isthmus.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.settings.SettingsReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class MirrorSettingsTest {
  private static final Path PAGE = Path.of("..", "docs", "settings-mirror-controller.md");

  @Test
  void pageInDocsSaysWhatTheDeclarationsSay() throws IOException {
    String declared = SettingsReference.markdown("isthmus-mirror-controller", MirrorSettings.all());
    if (Boolean.getBoolean("isthmus.docs.write")) {
      Files.writeString(PAGE, declared);
    }
    assertThat(PAGE)
        .as("docs/settings-mirror-controller.md: regenerate it with -Disthmus.docs.write=true")
        .hasContent(declared);
  }
}

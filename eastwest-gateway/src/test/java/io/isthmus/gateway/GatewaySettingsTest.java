package io.isthmus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.settings.SettingsReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class GatewaySettingsTest {
  private static final Path PAGE = Path.of("..", "docs", "settings-gateway.md");

  @Test
  void pageInDocsSaysWhatTheDeclarationsSay() throws IOException {
    String declared = SettingsReference.markdown("isthmus-eastwest-gateway", GatewaySettings.all());
    if (Boolean.getBoolean("isthmus.docs.write")) {
      Files.writeString(PAGE, declared);
    }
    assertThat(PAGE)
        .as("docs/settings-gateway.md: regenerate it with -Disthmus.docs.write=true")
        .hasContent(declared);
  }
}

package io.isthmus.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.settings.InvalidSettingsException;
import io.isthmus.settings.SettingsReader;
import io.isthmus.settings.SettingsReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ControlSettingsTest {
  private static final Path PAGE = Path.of("..", "docs", "settings-control.md");

  @Test
  void pageInDocsSaysWhatTheDeclarationsSay() throws IOException {
    String declared = SettingsReference.markdown("isthmus-control", ControlSettings.all());
    if (Boolean.getBoolean("isthmus.docs.write")) {
      Files.writeString(PAGE, declared);
    }
    assertThat(PAGE)
        .as("docs/settings-control.md: regenerate it with -Disthmus.docs.write=true")
        .hasContent(declared);
  }

  @Test
  void everyProblemIsSaidAtOnceWithKeyAndValue() {
    assertThatThrownBy(() ->
            SettingsReader.of(ControlSettings.all())
                .read(new String[] {"--cluster=west", "--scope=galaxy", "--xds-adress=0.0.0.0:1"}))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContainingAll("trust-domain", "galaxy", "xds-address");
  }
}

package io.isthmus.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JavaRuntimeTest {

  @Test
  void hasTheModulesThatJarsReferTo() {
    assertThat(JavaRuntime.modules(List.of(assertjJar()), module -> true))
        .contains("java.base", "java.xml")
        .allMatch(module -> module.matches("(java|jdk)\\..+"));
  }

  @Test
  void leavesOutWhatIsRefused() {
    assertThat(JavaRuntime.modules(List.of(assertjJar()), module -> !module.equals("java.xml")))
        .contains("java.base")
        .doesNotContain("java.xml");
  }

  @Test
  void namesAJarThatIsNone() {
    assertThatThrownBy(() -> JavaRuntime.modules(List.of(Path.of("absent.jar")), module -> true))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("absent.jar");
  }

  /** A library with references beyond java.base. */
  private static Path assertjJar() {
    return Path.of(
        org.assertj.core.api.Assertions.class
            .getProtectionDomain()
            .getCodeSource()
            .getLocation()
            .getPath());
  }
}

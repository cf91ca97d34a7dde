package io.isthmus.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.logging.Logger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JavaRuntimeTest {
  @TempDir Path directory;

  @Test
  void hasTheModulesThatJarsReferTo() throws IOException {
    assertThat(JavaRuntime.modules(List.of(jar()), module -> true))
        .containsExactly("java.base", "java.logging");
  }

  @Test
  void leavesOutWhatIsRefused() throws IOException {
    assertThat(JavaRuntime.modules(List.of(jar()), module -> !module.equals("java.logging")))
        .containsExactly("java.base");
  }

  @Test
  void namesAJarThatIsNone() {
    assertThatThrownBy(() -> JavaRuntime.modules(List.of(Path.of("absent.jar")), module -> true))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("absent.jar");
  }

  /** With one class, which logs. */
  private Path jar() throws IOException {
    Path jar = directory.resolve("logs.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
        var in =
            Objects.requireNonNull(
                JavaRuntimeTest.class.getResourceAsStream("JavaRuntimeTest$Logs.class"))) {
      zip.putNextEntry(new ZipEntry("io/isthmus/images/JavaRuntimeTest$Logs.class"));
      in.transferTo(zip);
    }
    return jar;
  }

  /** Refers to java.logging. */
  record Logs(Logger logger) {}
}

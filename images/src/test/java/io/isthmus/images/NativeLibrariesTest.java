package io.isthmus.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLibrariesTest {
  @TempDir Path directory;

  @Test
  void unpacksWhatThisMachinesLinuxLoads() throws IOException {
    String here = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    NativeLibraries natives =
        NativeLibraries.of(
            jar(
                "META-INF/native/libtls_linux_" + here + ".so",
                "META-INF/native/libtls_linux_riscv64.so",
                "META-INF/native/libtls_osx_" + here + ".jnilib"));

    assertThat(natives.any()).isTrue();
    Path unpacked = Files.createDirectory(directory.resolve("native"));
    natives.unpack(unpacked);

    assertThat(Stage.files(unpacked))
        .containsExactly(unpacked.resolve("libtls_linux_" + here + ".so"));
  }

  @Test
  void aJarThatTellsOfNativeImagesHasNone() throws IOException {
    assertThat(NativeLibraries.of(jar("META-INF/native-image/reflect-config.json")).any())
        .isFalse();
  }

  private Path jar(String... entries) throws IOException {
    Path jar = directory.resolve("some.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(1);
      }
    }
    return jar;
  }
}

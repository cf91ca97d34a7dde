package io.isthmus.certs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sidecar has no BouncyCastle: everything outside of the issuing package works without it. */
class BouncyCastleFreeTest {
  static Path classes() throws Exception {
    return Path.of(PeerVerifier.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  static List<Path> classFiles(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.toString().contains("issuing"))
          .toList();
    }
  }

  @Test
  void noClassOutsideIssuingNamesIt() throws Exception {
    List<Path> files = classFiles(classes().resolve("io/isthmus/certs"));
    assertThat(files).hasSizeGreaterThan(20);
    for (Path file : files) {
      assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
          .as(file.toString())
          .doesNotContain("org/bouncycastle", "io/isthmus/certs/issuing");
    }
  }

  /** Loading and initializing resolves what the scan of names cannot: superclasses, statics. */
  @Test
  void everyClassOutsideIssuingLoadsWithoutIt() throws Exception {
    URL[] withoutIt =
        Stream.concat(
                Stream.of(classes().toUri()),
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> entry.contains("jackson-core"))
                    .map(entry -> Path.of(entry).toUri()))
            .map(BouncyCastleFreeTest::url)
            .toArray(URL[]::new);
    Path root = classes();
    try (URLClassLoader loader =
        new URLClassLoader(withoutIt, ClassLoader.getPlatformClassLoader())) {
      for (Path file : classFiles(root.resolve("io/isthmus/certs"))) {
        String name = root.relativize(file).toString().replace('/', '.').replace(".class", "");
        if (!name.endsWith("package-info")) {
          Class<?> loaded = Class.forName(name, true, loader);
          assertThat(loaded.getDeclaredMethods()).isNotNull();
          assertThat(loaded.getClassLoader()).isSameAs(loader);
        }
      }
    }
  }

  private static URL url(URI uri) {
    try {
      return uri.toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}

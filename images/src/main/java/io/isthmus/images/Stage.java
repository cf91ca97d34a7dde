package io.isthmus.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The directory {@code /isthmus} of an image as it will be: what is trained here must find the same
 * files in the container, since an AOT cache remembers size and time of each.
 *
 * <pre>
 * java/            the runtime
 * app/             the process's jar, lib/ its libraries, and its AOT cache
 * native/          libraries that the JVM loads
 * jvm.options      for java @jvm.options
 * sbom.cdx.json    what is in the jars
 * </pre>
 */
record Stage(Build build, Image image) {
  /** Where it is in the image. */
  static final String PLACE = "/isthmus";

  Path directory() {
    return build.target().resolve(image.id());
  }

  Path java() {
    return directory().resolve("java");
  }

  Path jar() {
    return directory().resolve("app").resolve(image.jar());
  }

  Path cache() {
    return Path.of(jar().toString().replace(".jar", ".aot"));
  }

  Path nativeLibraries() {
    return directory().resolve("native");
  }

  Path billOfMaterials() {
    return directory().resolve("sbom.cdx.json");
  }

  /** Makes all of it but the cache. */
  void fill() {
    try {
      delete(directory());
      Files.createDirectories(jar().resolveSibling("lib"));
      Files.createDirectory(nativeLibraries());
      Path module = build.root().resolve(image.module()).resolve("target");
      Path packaged = module.resolve(image.jar());
      copy(packaged, jar(), "./mvnw package");
      for (String library : classPath(packaged)) {
        take(module.resolve(library), jar().resolveSibling(library));
      }
      copy(module.resolve("bom.json"), billOfMaterials(), "./mvnw -Pimages package");
      JavaRuntime.link(JavaRuntime.modules(jars(), image::takes), java());
      dropWhatNoProcessNeeds();
      NativeLibraries.strip(files(directory()));
      Files.write(directory().resolve("jvm.options"), new JvmOptions(this).inTheImage());
      setTimes();
    } catch (IOException e) {
      throw new ImageException("cannot fill " + directory(), e);
    }
  }

  private static List<String> classPath(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      String path = file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return List.of(path.split(" "));
    }
  }

  /** A jar of native libraries, of whatever platform, is not on the class path of the image. */
  private void take(Path library, Path to) throws IOException {
    NativeLibraries natives = NativeLibraries.of(library);
    if (natives.any()) {
      natives.unpack(nativeLibraries());
    } else {
      copy(library, to, "./mvnw package");
    }
  }

  private static void copy(Path from, Path to, String remedy) throws IOException {
    if (!Files.isReadable(from)) {
      throw new ImageException("%s is missing: run %s".formatted(from, remedy));
    }
    Files.copy(from, to);
  }

  /** The process's own and its libraries. */
  List<Path> jars() {
    List<Path> jars = new ArrayList<>(List.of(jar()));
    jars.addAll(files(jar().resolveSibling("lib")));
    return jars;
  }

  private void dropWhatNoProcessNeeds() throws IOException {
    for (Path file : files(java())) {
      if (!JavaRuntime.needs(image, java().relativize(file))) {
        Files.delete(file);
      }
    }
  }

  private void setTimes() throws IOException {
    FileTime time = FileTime.from(build.time());
    for (Path file : files(directory())) {
      Files.setLastModifiedTime(file, time);
    }
  }

  /** All files in a directory and below, in an order that depends on names alone. */
  static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new ImageException("cannot list " + directory, e);
    }
  }

  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}

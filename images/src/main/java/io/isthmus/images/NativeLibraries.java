package io.isthmus.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The native libraries inside a jar. Netty would unpack them into a temporary directory at each
 * start, which a read-only root file system has not; beside the jars the JVM loads them as they
 * are.
 */
record NativeLibraries(Path jar, List<String> entries) {
  private static final String DIRECTORY = "META-INF/native/";

  static NativeLibraries of(Path jar) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return new NativeLibraries(
          jar,
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.startsWith(DIRECTORY))
              .filter(name -> name.matches(".*\\.(so|jnilib|dylib|dll)"))
              .toList());
    } catch (IOException e) {
      throw new ImageException("cannot read " + jar, e);
    }
  }

  boolean any() {
    return !entries.isEmpty();
  }

  /** Unpacks those for this machine's Linux. */
  void unpack(Path directory) {
    String suffix = "_" + Architecture.ofThisMachine().inLibraries() + ".so";
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (String entry : entries) {
        if (entry.endsWith(suffix)) {
          try (InputStream in = zip.getInputStream(zip.getEntry(entry))) {
            Files.copy(in, directory.resolve(entry.substring(DIRECTORY.length())));
          }
        }
      }
    } catch (IOException e) {
      throw new ImageException("cannot unpack " + jar + " into " + directory, e);
    }
  }

  /**
   * Takes the symbol tables out of libraries among {@code files}: 5 MB of the JVM's, which are in
   * the JDK of the same build.
   */
  static void strip(List<Path> files) {
    List<String> line = new ArrayList<>(List.of("strip", "--strip-unneeded"));
    files.stream().map(Path::toString).filter(name -> name.endsWith(".so")).forEach(line::add);
    try {
      int status = new ProcessBuilder(line).inheritIO().start().waitFor();
      if (status != 0) {
        throw new ImageException("%s ended with %d".formatted(line, status));
      }
    } catch (IOException e) {
      throw new ImageException("the program 'strip' is missing: install binutils", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while libraries were stripped", e);
    }
  }
}

package io.isthmus.cli.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The charts of this version, which are in the jar, as directories for Helm until closed. */
final class Charts implements AutoCloseable {
  private static final String PACKED = "/META-INF/isthmus/charts";

  private final Path directory;

  private Charts(Path directory) {
    this.directory = directory;
  }

  static Charts unpacked() {
    try {
      Charts charts = new Charts(Files.createTempDirectory("isthmus-charts"));
      URL packed =
          Objects.requireNonNull(Charts.class.getResource(PACKED), () -> PACKED + " is missing");
      if (packed.getProtocol().equals("jar")) {
        URI jar = packed.toURI();
        try (FileSystem files = FileSystems.newFileSystem(jar, Map.of())) {
          charts.copy(files.getPath(PACKED));
        }
      } else {
        charts.copy(Path.of(packed.toURI()));
      }
      return charts;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the charts", e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Path of(String name) {
    return directory.resolve(name);
  }

  /** A file beside the charts, gone with them. */
  Path file(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + directory.resolve(name), e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private void copy(Path from) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.sorted().toList()) {
        Path to = directory.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(to);
        } else {
          Files.copy(each, to);
        }
      }
    }
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("left behind: " + directory, e);
    }
  }
}

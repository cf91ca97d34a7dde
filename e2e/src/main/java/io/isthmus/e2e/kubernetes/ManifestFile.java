package io.isthmus.e2e.kubernetes;

import io.isthmus.cli.process.ProcessFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Manifests of suites. */
public final class ManifestFile {
  private ManifestFile() {}

  /** The text of a file in the package of a class. */
  public static String read(Class<?> neighbour, String name) {
    try (var in = neighbour.getResourceAsStream(name)) {
      if (in == null) {
        throw new ProcessFailure(name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ProcessFailure("cannot read " + name, e);
    }
  }
}

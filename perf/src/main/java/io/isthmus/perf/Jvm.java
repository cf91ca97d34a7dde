package io.isthmus.perf;

import java.nio.file.Path;

/** Where the JVM and the built processes are; the benchmark runs in the root of the sources. */
final class Jvm {
  private Jvm() {}

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The jar of a module, whose manifest names all that it needs. */
  static String jar(String module) {
    return Path.of(module, "target", "isthmus-%s.jar".formatted(module))
        .toAbsolutePath()
        .toString();
  }
}

package io.isthmus.cli.demo;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.isthmus.cli.cluster.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/** Whether the processes that a demo starts are there: a test skips by name where one is not. */
final class BuiltProcesses {
  private static final List<String> MODULES =
      List.of("proxy", "eastwest-gateway", "control", "mirror-controller");

  private BuiltProcesses() {}

  static void assumeAll(Installation installation) throws IOException {
    for (String module : MODULES) {
      Path jar = installation.jar(module);
      try (JarFile file = new JarFile(jar.toFile())) {
        String main = file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
        assumeTrue(
            file.getEntry(main.replace('.', '/') + ".class") != null,
            () -> "%s has no main class %s yet".formatted(jar.getFileName(), main));
      }
    }
  }
}

package io.isthmus.images;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;

/**
 * A Java runtime of the JDK that runs the build, with the modules that jars refer to. Elliptic
 * curves, the only provider that services are loaded for, are in java.base.
 */
final class JavaRuntime {

  /** The program that starts it. */
  static final String LAUNCHER = "bin/java";

  /** What is linked for compilers, programs that embed a JVM, sorting of large arrays. */
  private static final Set<String> UNUSED =
      Set.of(
          "lib/classlist",
          "lib/jrt-fs.jar",
          "lib/libjsig.so",
          "lib/server/libjsig.so",
          "lib/jexec",
          "lib/libsimdsort.so");

  /** Public authorities, and which names they may not certify as a whole. */
  private static final Set<String> OF_PUBLIC_TRUST =
      Set.of("lib/security/cacerts", "lib/security/public_suffix_list.dat");

  /** Whether a process needs a file of its runtime. */
  static boolean needs(Image image, Path file) {
    String name = file.toString();
    boolean foreign = image.isOfTheDataPlane() && OF_PUBLIC_TRUST.contains(name);
    return name.startsWith("bin/") ? name.equals(LAUNCHER) : !UNUSED.contains(name) && !foreign;
  }

  private JavaRuntime() {}

  /** The modules that {@code jars} refer to, but for those that {@code takes} refuses. */
  static Set<String> modules(List<Path> jars, Predicate<String> takes) {
    List<String> arguments =
        new ArrayList<>(List.of("--multi-release", "25", "--ignore-missing-deps", "--list-deps"));
    jars.forEach(jar -> arguments.add(jar.toString()));
    Set<String> modules = new TreeSet<>();
    for (String line : run("jdeps", arguments).lines().toList()) {
      String module = line.strip().replaceFirst("/.*", ""); // java.base/sun.security.x509
      if (module.matches("(java|jdk)(\\.[a-z]+)+") && takes.test(module)) {
        modules.add(module);
      }
    }
    if (!modules.contains("java.base")) {
      throw new ImageException("jdeps found no Java module that %s need".formatted(jars));
    }
    return modules;
  }

  /**
   * Links a runtime into {@code directory}, which must not exist, for size: compressed, since an
   * AOT cache has most classes; without line numbers of the JDK's own classes, which a cache would
   * carry too.
   */
  static void link(Set<String> modules, Path directory) {
    run(
        "jlink",
        List.of(
            "--add-modules",
            String.join(",", modules),
            "--compress=zip-9",
            "--strip-java-debug-attributes",
            "--disable-plugin=generate-jli-classes", // comes out different each time
            "--no-header-files",
            "--no-man-pages",
            "--output",
            directory.toString()));
  }

  private static String run(String tool, List<String> arguments) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    int status =
        ToolProvider.findFirst(tool)
            .orElseThrow(
                () -> new ImageException("this Java has no " + tool + ": images need a JDK 25"))
            .run(writer, writer, arguments.toArray(String[]::new));
    if (status != 0) {
      throw new ImageException("%s %s failed: %s".formatted(tool, arguments, out));
    }
    return out.toString();
  }
}

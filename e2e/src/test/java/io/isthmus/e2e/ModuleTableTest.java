package io.isthmus.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the table of modules in ARCHITECTURE.md against the compiled classes. */
final class ModuleTableTest {

  /** What every module may use. */
  private static final List<String> EVERYWHERE =
      List.of("java.", "javax.", "jdk.", "com.sun.net.httpserver.", "org.jspecify.", "org.slf4j.");

  private static final Map<Path, JavaClasses> IMPORTED = new ConcurrentHashMap<>();

  record Module(String directory, String basePackage, List<String> mayUse) {
    @Override
    public String toString() {
      return directory;
    }
  }

  static List<Module> modules() {
    return List.of(
        new Module("settings", "io.isthmus.settings.", List.of()),
        new Module(
            "certs", "io.isthmus.certs.", List.of("tools.jackson.core.", "org.bouncycastle.")),
        new Module(
            "api",
            "io.isthmus.api.",
            List.of("io.fabric8.", "com.fasterxml.jackson.annotation.", "tools.jackson.")),
        new Module(
            "proxy",
            "io.isthmus.proxy.",
            List.of(
                "io.isthmus.settings.",
                "io.isthmus.certs.",
                "io.netty.",
                "io.grpc.",
                "com.google.protobuf.",
                "com.google.rpc.",
                "io.envoyproxy.",
                "istio.v1.auth.",
                "isthmus.trust.v1alpha1.",
                "org.spiffe.workloadapi.",
                "com.google.common.util.concurrent.",
                "io.micrometer.",
                "io.prometheus.",
                "tools.jackson.core.",
                "ch.qos.logback.")),
        new Module(
            "eastwest-gateway",
            "io.isthmus.gateway.",
            List.of(
                "io.isthmus.settings.",
                "io.isthmus.certs.",
                "io.isthmus.proxy.",
                "io.netty.",
                "io.micrometer.")),
        new Module(
            "control",
            "io.isthmus.control.",
            List.of(
                "io.isthmus.settings.",
                "io.isthmus.certs.",
                "io.isthmus.api.",
                "io.envoyproxy.",
                "io.grpc.",
                "io.netty.",
                "com.google.",
                "istio.v1.auth.",
                "isthmus.trust.v1alpha1.",
                "io.fabric8.",
                "io.micrometer.",
                "tools.jackson.",
                "ch.qos.logback.")),
        new Module(
            "mirror-controller",
            "io.isthmus.mirror.",
            List.of(
                "io.isthmus.settings.",
                "io.isthmus.certs.",
                "io.isthmus.api.",
                "io.isthmus.proxy.",
                "io.netty.",
                "io.fabric8.",
                "io.micrometer.",
                "ch.qos.logback.")),
        new Module(
            "images",
            "io.isthmus.images.",
            List.of("io.isthmus.settings.", "com.google.cloud.tools.jib.")));
  }

  @ParameterizedTest
  @MethodSource("modules")
  @DisplayName("uses only what the table of modules allows")
  void usesOnlyWhatTheTableAllows(Module module) {
    TreeSet<String> violations = new TreeSet<>();
    for (JavaClass type : ownClasses(module)) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getName();
        if (target.contains(".") && !allowed(module, target)) {
          violations.add(type.getName() + " uses " + target);
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("modules")
  @DisplayName("names no package util, impl, common, manager, helper or misc")
  void namesPackagesByDomain(Module module) {
    assertThat(ownClasses(module).stream().map(JavaClass::getPackageName).distinct())
        .noneMatch(
            name -> name.matches(".*\\.(utils?|impl|common|managers?|helpers?|misc)(\\..*)?"));
  }

  @org.junit.jupiter.api.Test
  void bouncyCastleStaysInTheIssuingPackages() {
    Module certs = modules().get(1);
    TreeSet<String> violations = new TreeSet<>();
    for (JavaClass type : ownClasses(certs)) {
      if (!type.getPackageName().startsWith("io.isthmus.certs.issuing")) {
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getName())
            .filter(name -> name.startsWith("org.bouncycastle."))
            .forEach(name -> violations.add(type.getName() + " uses " + name));
      }
    }
    assertThat(violations).isEmpty();
  }

  @org.junit.jupiter.api.Test
  void mirrorControllerTakesFromTheProxyOnlyWhatItsProbesAndCanariesNeed() {
    Module mirror =
        modules().stream()
            .filter(module -> module.directory().equals("mirror-controller"))
            .findFirst()
            .orElseThrow();
    TreeSet<String> packages = new TreeSet<>();
    for (JavaClass type : ownClasses(mirror)) {
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getPackageName())
          .filter(name -> name.startsWith("io.isthmus.proxy."))
          .forEach(packages::add);
    }
    assertThat(packages)
        .isSubsetOf(
            "io.isthmus.proxy.tunnel",
            "io.isthmus.proxy.tls",
            "io.isthmus.proxy.hbone",
            "io.isthmus.proxy.identity",
            "io.isthmus.proxy.memory",
            "io.isthmus.proxy.transport",
            "io.isthmus.proxy.config",
            "io.isthmus.proxy.canary");
  }

  private static boolean allowed(Module module, String target) {
    return target.startsWith(module.basePackage())
        || EVERYWHERE.stream().anyMatch(target::startsWith)
        || module.mayUse().stream().anyMatch(target::startsWith);
  }

  /** The module's own classes; generated protobuf messages are not ours. */
  private static List<JavaClass> ownClasses(Module module) {
    Path classes =
        Path.of(System.getProperty("isthmus.root"), module.directory(), "target", "classes");
    assertThat(Files.isDirectory(classes)).as("compiled classes at %s", classes).isTrue();
    return IMPORTED.computeIfAbsent(classes, ModuleTableTest::read).stream()
        .filter(type -> type.getName().startsWith(module.basePackage()))
        .toList();
  }

  /** Names of used classes are enough; reading those classes themselves would take 20 s more. */
  private static JavaClasses read(Path classes) {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPath(classes);
  }
}

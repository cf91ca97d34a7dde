package io.isthmus.api.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where etcd, kube-apiserver, kube-controller-manager and kubectl are: in e2e/testbed's cache. */
public record ControlPlanePrograms(Path directory) {
  private static final List<String> NEEDED =
      List.of("etcd", "kube-apiserver", "kube-controller-manager", "kubectl");

  /** {@code $TESTBED/bin}, by default {@code ~/.cache/isthmus-testbed/bin}. */
  public static ControlPlanePrograms ofEnvironment() {
    String testbed = System.getenv("TESTBED");
    String cache = System.getenv("XDG_CACHE_HOME");
    if (testbed != null && !testbed.isEmpty()) {
      return new ControlPlanePrograms(Path.of(testbed, "bin"));
    }
    Path caches =
        cache != null && !cache.isEmpty()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    return new ControlPlanePrograms(caches.resolve("isthmus-testbed").resolve("bin"));
  }

  /** Why a server cannot be started here; empty if it can. */
  public Optional<String> missing() {
    List<String> missing =
        NEEDED.stream().filter(name -> !Files.isExecutable(directory.resolve(name))).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "real API server not built: run e2e/testbed/build.sh api (%s not in %s)"
                .formatted(String.join(", ", missing), directory));
  }

  public String path(String program) {
    return directory.resolve(program).toString();
  }
}

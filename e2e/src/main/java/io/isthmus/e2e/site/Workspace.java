package io.isthmus.e2e.site;

import io.isthmus.cli.process.ProcessFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a run keeps its files.
 *
 * @param root of the project, with everything built
 * @param scratch kubeconfigs, tokens and logs of this run
 * @param binaries etcd, kube-apiserver and their like
 */
public record Workspace(Path root, Path scratch, Path binaries) {

  public static Workspace create(Path root) {
    try {
      return new Workspace(
          root.toAbsolutePath(), Files.createTempDirectory("isthmus-e2e-"), builtPrograms());
    } catch (IOException e) {
      throw new ProcessFailure("cannot make a directory for the run", e);
    }
  }

  /** Where {@code e2e/testbed/build.sh} puts what it builds. */
  public static Path builtPrograms() {
    String cache = System.getenv("TESTBED");
    return (cache == null
            ? Path.of(System.getProperty("user.home"), ".cache", "isthmus-testbed")
            : Path.of(cache))
        .resolve("bin");
  }

  public Distribution distribution() {
    return new Distribution(root);
  }

  Path directory(String site) {
    try {
      return Files.createDirectories(scratch.resolve(site));
    } catch (IOException e) {
      throw new ProcessFailure("cannot make " + scratch.resolve(site), e);
    }
  }
}

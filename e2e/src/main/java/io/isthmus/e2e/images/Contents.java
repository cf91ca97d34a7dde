package io.isthmus.e2e.images;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.util.List;
import java.util.Locale;

/** What is in the images, and what is not. */
record Contents(KubernetesCluster cluster, List<ImageArchive> images) {
  private static final long MOST_OF_THE_SIDECAR = 110_000_000;

  void run(Scenarios scenarios) {
    scenarios.scenario("the only program in an image is java, or nft", this::oneProgram);
    scenarios.scenario("nobody but root may write its files", this::readOnly);
    scenarios.scenario(
        "each carries the bill of materials of its jars, or packages", this::billOfMaterials);
    scenarios.scenario(
        "each names itself, its version and the architecture of this machine", this::described);
    scenarios.scenario("the sidecar has at most 110 MB unpacked", this::sizes);
  }

  /** The helper starts processes for the JVM: one that writes the AOT cache, when it is trained. */
  private void oneProgram() {
    for (ImageArchive image : images) {
      List<String> programs =
          image
              .look(
                  cluster,
                  "find . -type f -perm /111 ! -name '*.so' ! -name '*.so.*' | sort | sed"
                      + " 's/^\\.//'")
              .lines()
              .toList();
      List<String> expected =
          image.isProcess()
              ? List.of("/isthmus/java/bin/java", "/isthmus/java/lib/jspawnhelper")
              : List.of("/usr/sbin/nft");
      if (!programs.equals(expected)) {
        throw new AssertionError(image.id() + " holds the programs " + programs);
      }
    }
  }

  private void readOnly() {
    for (ImageArchive image : images) {
      String writable =
          image.look(cluster, "find isthmus etc ! -user root -o ! -type l -perm /022");
      if (!writable.isBlank()) {
        throw new AssertionError(image.id() + ": others than root may write\n" + writable);
      }
    }
  }

  private void billOfMaterials() {
    for (ImageArchive image : images) {
      String parts =
          image.look(
              cluster,
              "jq -r 'select(.bomFormat == \"CycloneDX\") | .components[].name'"
                  + " isthmus/sbom.cdx.json");
      List<String> expected =
          image.isProcess()
              ? List.of("netty-handler", "isthmus-settings")
              : List.of("nftables", "libc6");
      if (!parts.lines().toList().containsAll(expected)) {
        throw new AssertionError(image.id() + ": sbom.cdx.json names only\n" + parts);
      }
    }
  }

  private void described() {
    String architecture = cluster.onNode("dpkg", "--print-architecture").strip();
    for (ImageArchive image : images) {
      List<String> expected =
          List.of(architecture, "linux", "isthmus-" + image.id(), "e2e", "Apache-2.0");
      List<String> found =
          image
              .configuration(
                  cluster,
                  ".architecture, .os, (.config.Labels | .[\"org.opencontainers.image.title\"],"
                      + " .[\"org.opencontainers.image.version\"],"
                      + " .[\"org.opencontainers.image.licenses\"])")
              .lines()
              .toList();
      if (!found.equals(expected)) {
        throw new AssertionError("%s says %s, expected %s".formatted(image.id(), found, expected));
      }
    }
  }

  private void sizes() {
    for (ImageArchive image : images) {
      long bytes =
          Long.parseLong(
              image
                  .look(
                      cluster,
                      "find . -type f -printf '%s\\n' | awk '{ all += $1 } END { print all }'")
                  .strip());
      System.out.printf(
          Locale.ROOT, "          %-18s %6.1f MB unpacked%n", image.id(), bytes / 1e6);
      if (image.id().equals("sidecar") && bytes > MOST_OF_THE_SIDECAR) {
        throw new AssertionError(bytes + " bytes, expected at most " + MOST_OF_THE_SIDECAR);
      }
    }
  }
}

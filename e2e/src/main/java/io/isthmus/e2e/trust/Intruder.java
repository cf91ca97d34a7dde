package io.isthmus.e2e.trust;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.Mesh;
import io.isthmus.e2e.site.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** A certificate that was not issued, shown to a gateway from outside. */
final class Intruder {
  private static final String SCRIPTS = "/io/isthmus/e2e/story/";

  private final String name;
  private final Path leaf;
  private final Path signer;
  private final Path key;

  private Intruder(String name, Path directory, String signer) {
    this.name = name;
    this.leaf = directory.resolve("leaf.pem");
    this.signer = directory.resolve(signer);
    this.key = directory.resolve("leaf.key");
  }

  /** The workload's name, signed by a root that nobody knows. */
  static Intruder stranger(Mesh mesh, Cluster victim) {
    Path directory = mesh.scratch().resolve("stranger");
    run("stranger-certificate.sh", directory, idOf(victim));
    return new Intruder("a stranger", directory, "root.pem");
  }

  /** The workload's name, signed by the issuer that is in force now, whose key was stolen. */
  static Intruder thief(Mesh mesh, Cluster victim, String name) {
    Path directory = mesh.scratch().resolve(name);
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("issuer.pem"), secret(victim.site(), "tls\\.crt"));
      Files.writeString(directory.resolve("issuer.key"), secret(victim.site(), "tls\\.key"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("envoy-certificate.sh", directory, idOf(victim));
    return new Intruder("who stole the issuer's key", directory, "issuer.pem");
  }

  void mustBeRefusedBy(Cluster cluster) {
    String printed = show(cluster);
    if (!printed.contains("alert")) {
      throw new AssertionError(
          "%s: expected a TLS alert from %s's gateway, openssl printed:%n%s"
              .formatted(name, cluster.site().name(), lastLines(printed)));
    }
  }

  /** Without this a refusal says nothing. */
  void mustBeTakenBy(Cluster cluster) {
    String printed = show(cluster);
    if (printed.contains("alert") || !printed.contains("TLSv1.3")) {
      throw new AssertionError(
          "%s: expected no alert of %s's gateway yet, openssl printed:%n%s"
              .formatted(name, cluster.site().name(), lastLines(printed)));
    }
  }

  /** Reads for a second, for alerts come late in TLS 1.3. */
  private String show(Cluster cluster) {
    return cluster
        .site()
        .node()
        .attempt(
            "bash",
            "-c",
            "sleep 1 | timeout 5 openssl s_client -connect %s:15008 -alpn h2 -tls1_3 -cert %s -cert_chain %s -key %s 2>&1"
                .formatted(cluster.site().addresses().publicAddress(), leaf, signer, key))
        .output();
  }

  private static String lastLines(String printed) {
    List<String> lines = printed.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }

  private static String idOf(Cluster victim) {
    return "spiffe://%s/ns/shop/sa/hello".formatted(victim.site().trustDomain());
  }

  private static String secret(Site site, String key) {
    return new String(
        Base64.getDecoder()
            .decode(
                site.kubectl(
                    "get",
                    "secret",
                    "isthmus-issuer",
                    "-n",
                    Cluster.SYSTEM,
                    "-o",
                    "jsonpath={.data." + key + "}")),
        StandardCharsets.US_ASCII);
  }

  private static void run(String script, Path directory, String spiffeId) {
    Path file = directory.resolve(script);
    try (var in = Intruder.class.getResourceAsStream(SCRIPTS + script)) {
      Files.createDirectories(directory);
      Files.write(file, Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Command.run("bash", file.toString(), directory.toString(), spiffeId);
  }
}

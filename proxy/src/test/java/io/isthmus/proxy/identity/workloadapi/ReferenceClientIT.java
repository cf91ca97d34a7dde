package io.isthmus.proxy.identity.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.spiffe.workloadapi.X509SVIDResponse;

/**
 * java-spiffe reads from the agent of these tests what was said: the wire is the published one, in
 * every field, and not only what our own two ends agree on.
 */
final class ReferenceClientIT {
  private static final Path READER =
      Path.of("src", "test", "resources", "java-spiffe", "ReadX509Context.java");

  /** Written by the build of {@code certs}, whose tests have java-spiffe. */
  private static final Path LIBRARIES = Path.of("..", "certs", "target", "test-libraries");

  @TempDir Path directory;

  private final TestCa west = TestCa.create("west.demo");
  private final TestCa east = TestCa.create("east.demo");

  @Test
  void javaSpiffeReadsWhatTheAgentSays() throws Exception {
    Svid web = west.svid("shop", "web");
    Svid admin = west.svid("shop", "admin");
    X509SVIDResponse message =
        X509SVIDResponse.newBuilder()
            .addSvids(FakeAgent.svid(web, west.bundle()).toBuilder().setHint("internal"))
            .addSvids(FakeAgent.svid(admin, west.bundle()))
            .addCrl(ByteString.copyFromUtf8("not read"))
            .putFederatedBundles("spiffe://east.demo", FakeAgent.der(east.root().certificate()))
            .build();
    try (FakeAgent agent = new FakeAgent(directory.resolve("agent.sock"))) {
      agent.say(message);
      agent.start();
      assertThat(read(agent.socket))
          .containsSubsequence(lines(web, "internal"))
          .containsSubsequence(lines(admin, ""))
          .contains("anchor of west.demo " + Fingerprint.of(west.root().certificate()))
          .contains("anchor of east.demo " + Fingerprint.of(east.root().certificate()));
    }
  }

  private static List<String> lines(Svid svid, String hint) throws Exception {
    return Stream.of(
            Stream.of("svid " + svid.id() + " hint " + hint),
            svid.chain().stream().map((X509Certificate c) -> "chain " + Fingerprint.of(c)),
            Stream.of(
                "key "
                    + HexFormat.of()
                        .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                .digest(svid.privateKey().getEncoded()))))
        .flatMap(lines -> lines)
        .toList();
  }

  private List<String> read(Path socket) throws IOException, InterruptedException {
    String classPath = classPath();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                errors,
                "-d",
                directory.toString(),
                "--class-path",
                classPath,
                READER.toString());
    assertThat(compiled).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    Path output = directory.resolve("output");
    Process reader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--class-path",
                directory + File.pathSeparator + classPath,
                "io.spiffe.workloadapi.ReadX509Context",
                socket.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(reader.waitFor(60, TimeUnit.SECONDS)).as("java-spiffe has ended").isTrue();
      assertThat(reader.exitValue()).as(Files.readString(output)).isZero();
      return Files.readAllLines(output);
    } finally {
      reader.destroyForcibly();
    }
  }

  /** The full protobuf library of java-spiffe in the place of the lite one. */
  private static String classPath() throws IOException {
    try (Stream<Path> jars = Files.list(Path.of("target", "lib"))) {
      String ours =
          jars.filter(jar -> !jar.getFileName().toString().startsWith("protobuf-javalite-"))
              .filter(jar -> !jar.getFileName().toString().startsWith("isthmus-"))
              .map(Path::toString)
              .collect(Collectors.joining(File.pathSeparator));
      return Files.readString(LIBRARIES, StandardCharsets.UTF_8).strip()
          + File.pathSeparator
          + ours;
    }
  }
}

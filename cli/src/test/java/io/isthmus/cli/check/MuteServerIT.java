package io.isthmus.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.Typed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An API server that takes connections and never answers, beside one that does. */
@ExtendWith(RealApiServerExtension.class)
class MuteServerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path directory;
  private ServerSocket mute;
  private Typed typed;

  @SuppressWarnings("NullAway.Init")
  MuteServerIT() {}

  @BeforeEach
  void listen(RealApiServer server) throws IOException {
    server.admin().resources(TrustDomain.class).delete();
    // the kernel takes what is in the backlog
    mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    String both =
        server
            .adminKubeconfig()
            .replace(
                "users:\n",
                """
                - name: mute
                  cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}
                users:
                """
                    .formatted(mute.getLocalPort()))
            .replace(
                "current-context:",
                """
                - name: mute
                  context: {cluster: mute, user: test}
                current-context:\
                """);
    Path file = Files.writeString(directory.resolve("config"), both);
    typed = new Typed("--kubeconfig", file.toString(), "--context", "mute", "--context", "test");
  }

  @AfterEach
  void close() throws IOException {
    mute.close();
  }

  private void assertNamedInTime(String... command) {
    Instant began = Instant.now();

    assertThat(typed.run(command)).isEqualTo(ExitCode.NO);

    assertThat(Duration.between(began, Instant.now())).isLessThan(PATIENCE);
    assertThat(typed.out())
        .startsWith("Look here first: install.api (layer install), seen from mute")
        .contains("fatal   install.api  from mute: context mute", "no answer within 5.0 s");
  }

  @Test
  void isNamedAndHidesNothingOfTheOtherCluster() {
    assertNamedInTime("check");

    assertThat(typed.out())
        .contains("install.control  from test", "0 of them have spec.authority")
        .contains("test (context test): ");
  }

  @Test
  void isNamedBeforeAnInstallationToo() {
    assertNamedInTime("check", "--pre");

    assertThat(typed.out()).containsPattern("\ncontext test: [1-9][0-9]* well");
  }
}

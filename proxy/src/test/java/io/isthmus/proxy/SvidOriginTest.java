package io.isthmus.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.isthmus.settings.InvalidSettingsException;
import io.isthmus.settings.SettingsReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SvidOriginTest {

  private static SvidOrigin origin(String... args) throws InvalidSettingsException {
    return SvidOrigin.of(SettingsReader.of(SvidSettings.all()).read(args));
  }

  @Test
  void isTheControlPlaneUnlessTold() throws InvalidSettingsException {
    assertThat(origin()).isEqualTo(new SvidOrigin.Control());
    assertThat(origin("--svid-source=control")).isEqualTo(new SvidOrigin.Control());
  }

  @Test
  void isFilesWithBothOfThem() throws InvalidSettingsException {
    assertThat(origin("--svid-source=files", "--svid-certificates=/c", "--svid-key=/k"))
        .isEqualTo(new SvidOrigin.Files(Path.of("/c"), Path.of("/k")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:///run/agent.sock", "/run/agent.sock"})
  void isTheWorkloadApiByUriAndByPath(String socket) throws InvalidSettingsException {
    assertThat(origin("--svid-source=workload-api", "--workload-api-socket=" + socket))
        .isEqualTo(new SvidOrigin.WorkloadApi(Path.of("/run/agent.sock")));
  }

  @ParameterizedTest
  @CsvSource({
    "--svid-source=files --svid-certificates=/c, svid-key is missing: expected --svid-key=",
    "--svid-source=files --svid-key=/k, svid-certificates is missing: expected",
    "--svid-source=workload-api, workload-api-socket is missing: expected",
    "--svid-certificates=/c, 'svid-certificates=/c, but svid-source=control does not use it: expected svid-source=files, or no svid-certificates'",
    "--svid-key=/k, 'svid-key=/k, but svid-source=control'",
    "--workload-api-socket=/s, 'workload-api-socket=/s, but svid-source=control does not use it: expected svid-source=workload-api'",
    "--svid-source=files --svid-certificates=/c --svid-key=/k --workload-api-socket=/s, 'workload-api-socket=/s, but svid-source=files'",
    "--svid-source=workload-api --workload-api-socket=/s --svid-key=/k, 'svid-key=/k, but svid-source=workload-api'",
    "--svid-source=workload-api --workload-api-socket=/s --svid-certificates=/c, 'svid-certificates=/c, but svid-source=workload-api'",
  })
  void namesWhatIsMissingAndWhatClashes(String args, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> origin(args.split(" ")))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://127.0.0.1:8081",
        "unix://relative/agent.sock",
        "agent.sock",
        "unix://",
        "unix:/run/agent.sock",
        "/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/12345678",
      })
  void refusesSocketsThatAreNone(String socket) {
    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> origin("--svid-source=workload-api", "--workload-api-socket=" + socket))
        .withMessageContaining(
            "workload-api-socket=" + socket + ": expected an absolute path of at most 107 bytes")
        .withMessageContaining("tcp:// is not built");
  }
}

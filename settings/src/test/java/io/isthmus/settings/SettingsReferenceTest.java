package io.isthmus.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReferenceTest {
  @Test
  void writesOneRowForEachSetting() {
    String page =
        SettingsReference.markdown(
            "isthmus-sidecar",
            List.of(
                Setting.oneOf("mode", "a | b", List.of("a", "b")).required(),
                Setting.path("file", "of things").optional(),
                Setting.bytes("budget", "memory").withDefault(64L << 20)));
    assertThat(page)
        .startsWith("# Settings of isthmus-sidecar\n")
        .endsWith(
            """
            | key | expected | default | meaning |
            |---|---|---|---|
            | `mode` | one of a, b | **required** | a \\| b |
            | `file` | the path of a file such as /etc/isthmus/bundle.json | off | of things |
            | `budget` | a number of bytes such as 65536, 512Ki, 64Mi or 1Gi | `64Mi` | memory |
            """);
  }

  @ParameterizedTest
  @CsvSource({"PT0S,0s", "PT0.5S,500ms", "PT90S,90s", "PT5M,5m", "PT24H,24h"})
  void showsADurationAsItWouldBeTyped(Duration value, String shown) {
    assertThat(SettingsReference.text("p", List.of(Setting.duration("d", "x").withDefault(value))))
        .contains("default " + shown + "\n");
  }

  @Test
  void aKeyThatIsNotInLowerCaseIsRefusedWhereItIsDeclared() {
    assertThatThrownBy(() -> Setting.text("drainPeriod", "x"))
        .hasMessage("setting key \"drainPeriod\": expected words in lower case joined by -");
  }

  @ParameterizedTest
  @CsvSource({
    "--cluster=West,cluster=West",
    "--trust-domain=spiffe://west.demo,trust-domain=spiffe://west.demo",
    "--cluster-domain=Cluster.Local,cluster-domain=Cluster.Local",
    "--log-level=trace,log-level=trace"
  })
  void commonSettingsRefuseBadValues(String arg, String named) {
    assertThatThrownBy(() -> SettingsReader.of(CommonSettings.all()).read(new String[] {arg}))
        .hasMessageContaining(named);
  }

  @Test
  void aDefaultThatTheMachineDecidesIsDescribedAndNotShown() throws Exception {
    Setting<Integer> threads =
        Setting.integer("threads", "event loops").withDefault(7, "the number of processors");
    assertThat(SettingsReference.markdown("p", List.of(threads)))
        .contains(
            "| `threads` | a whole number such as 4 | the number of processors | event loops |");
    assertThat(SettingsReference.text("p", List.of(threads)))
        .contains("default the number of processors\n");
    assertThat(SettingsReader.of(List.of(threads)).read(new String[0]).get(threads)).isEqualTo(7);
  }
}

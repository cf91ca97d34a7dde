package io.isthmus.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerReaderTest {
  static DerReader reader(String hex) {
    return new DerReader(HexFormat.of().parseHex(hex));
  }

  @Test
  void stepsOverElementsOfOneLevel() {
    DerReader reader = reader("0401ff3000");
    assertThat(reader.next().content()).containsExactly(0xff);
    assertThat(reader.next().tag()).isEqualTo(DerReader.SEQUENCE);
    assertThat(reader.hasMore()).isFalse();
  }

  @Test
  void readsLongLengths() {
    assertThat(reader("048180" + "00".repeat(128)).only(DerReader.OCTET_STRING)).hasSize(128);
    assertThat(reader("04820100" + "00".repeat(256)).only(DerReader.OCTET_STRING)).hasSize(256);
  }

  @ParameterizedTest
  @CsvSource({
    "'',ends too early",
    "04,ends too early",
    "0482,ends too early",
    "040100ff,where one 0x04 was expected",
    "3000,DER tag 0x30",
    "0402ff,cut short",
    "0480ff0000,length of 0 bytes",
    "0484000000010f,length of 4 bytes",
    "04810100,not minimal",
    "0482007fff,not minimal",
    "04820080ff,not minimal",
  })
  void refusesWhatIsNoDer(String hex, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader(hex).only(DerReader.OCTET_STRING))
        .withMessageContaining(expected);
  }
}

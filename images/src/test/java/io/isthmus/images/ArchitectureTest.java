package io.isthmus.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchitectureTest {

  @ParameterizedTest
  @CsvSource({"amd64, amd64, x86_64", "x86_64, amd64, x86_64", "aarch64, arm64, aarch_64"})
  void hasItsNamesInImagesAndLibraries(String java, String inImages, String inLibraries) {
    assertThat(Architecture.of(java).inImages()).isEqualTo(inImages);
    assertThat(Architecture.of(java).inLibraries()).isEqualTo(inLibraries);
  }

  @ParameterizedTest
  @ValueSource(strings = {"riscv64", "x86", ""})
  void refusesAndNamesAnother(String java) {
    assertThatThrownBy(() -> Architecture.of(java))
        .isInstanceOf(ImageException.class)
        .hasMessage("images for '" + java + "': expected amd64 or aarch64");
  }
}

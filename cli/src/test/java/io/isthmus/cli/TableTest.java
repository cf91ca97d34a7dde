package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void makesColumnsAsWideAsTheirWidestCell() {
    Table table = new Table(List.of("NAME", "CONNECTED"));
    table.add(List.of("east", "True"));
    table.add(List.of("north-west", "False"));

    assertThat(table.text())
        .isEqualTo(
            """
            NAME         CONNECTED
            east         True
            north-west   False
            """);
  }

  @Test
  void refusesARowOfAnotherLength() {
    Table table = new Table(List.of("NAME"));

    assertThatThrownBy(() -> table.add(List.of("a", "b")))
        .hasMessage("a row of 2 cells: expected 1");
  }
}

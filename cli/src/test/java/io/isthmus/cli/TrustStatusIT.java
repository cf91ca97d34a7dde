package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.cli.trust.Statuses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus trust status}, by what control planes have written. */
class TrustStatusIT {
  @TempDir Path directory;
  private TrustStage stage;

  @SuppressWarnings("NullAway.Init")
  TrustStatusIT() {}

  @BeforeEach
  void start() throws IOException {
    stage = new TrustStage(directory);
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  void statusFollowsTheLinksToEveryCluster() throws IOException {
    stage.assertDone("status");
    assertThat(stage.out())
        .contains("cluster west", "cluster east", "All is steady.")
        .containsPattern("west.demo +east +7 +2 of 2");
  }

  @Test
  void statusNamesTheClusterThatDoesNotAnswer() throws IOException {
    stage.stopEast();
    assertThat(stage.trust("status")).isEqualTo(ExitCode.NO);
    assertThat(stage.out())
        .contains("east was not asked (Link isthmus-system/east of west): ")
        .contains("its API server cannot be reached")
        .containsPattern("west.demo +east +7 +2 of 2"); // by the Link
    stage.startEast();
  }

  @Test
  void statusTakesSeveralContextsAndPrintsData() throws IOException {
    stage.goNowhere();
    stage.assertDone(
        "status", "--context", "west-context", "--context", "east-context", "-o", "json");
    assertThat(stage.out())
        .startsWith("{")
        .contains("\"trustDomains\"", "\"notAsked\":[]", "\"wrong\":[]", Statuses.OLD_ISSUER);
  }

  @Test
  void statusWithoutAnyClusterIsUnreachable() throws IOException {
    stage.stopEast();
    stage.goEast();
    stage.assertRefused(ExitCode.UNREACHABLE, List.of("context east-context"), "status");
    stage.startEast();
  }
}

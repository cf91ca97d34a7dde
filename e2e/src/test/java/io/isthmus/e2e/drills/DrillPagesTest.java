package io.isthmus.e2e.drills;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.e2e.install.Operator;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That each drill has a page, each page a drill, and pages say what a drill can be held to. */
final class DrillPagesTest {
  private static final Path ROOT = Path.of("..");
  private static final Ground GROUND =
      new Ground(
          new Operator(ROOT, ""),
          new KubernetesCluster(ROOT, "drill-west"),
          new KubernetesCluster(ROOT, "drill-east"));

  private static Set<String> drills() {
    return DrillsSuite.drills(GROUND, new Callers(GROUND), DrillsSuite.Form.LONG).stream()
        .map(Drill::name)
        .collect(Collectors.toSet());
  }

  @Test
  void drillsAndPagesAreTheSame() throws IOException {
    assertThat(DrillPage.all(ROOT)).isEqualTo(drills());
    String index = Files.readString(ROOT.resolve("e2e/drills/README.md"));
    for (String drill : drills()) {
      assertThat(index)
          .contains(
              "| [%s](%s.md) | %s |".formatted(drill, drill, DrillPage.of(ROOT, drill).title()));
    }
  }

  @Test
  void eachPageNamesChecksThatThereAre() throws IOException {
    String checks = Files.readString(ROOT.resolve("docs/checks.md"));
    for (String drill : drills()) {
      DrillPage page = DrillPage.of(ROOT, drill);
      assertThat(page.named().isEmpty()).as(drill).isEqualTo(page.saysNothingIsNamed());
      Stream.concat(page.named().stream().map(Finding::id), page.perhaps().stream())
          .forEach(id -> assertThat(checks).as(drill).contains("| `" + id + "` | "));
    }
  }

  @Test
  void eachPageSaysWhatGoesOnAndWhatToDo() throws IOException {
    for (String drill : drills()) {
      assertThat(DrillPage.of(ROOT, drill).goesOn()).as(drill).isNotEmpty();
      List<String> lines = Files.readAllLines(ROOT.resolve("e2e/drills/" + drill + ".md"));
      assertThat(lines).as(drill).contains("## What `isthmus check` names", "## What to do");
      assertThat(DrillPage.of(ROOT, drill).commands())
          .as(drill)
          .allMatch(line -> line.startsWith("kubectl --context ") || line.startsWith("isthmus "));
    }
  }
}

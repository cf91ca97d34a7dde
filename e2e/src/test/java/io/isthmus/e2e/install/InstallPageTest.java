package io.isthmus.e2e.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That pages show the commands that {@code e2e/run install} types. */
final class InstallPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Page PAGE = Page.ofInstalling(ROOT);
  private static final TestbedLine TESTBED =
      new TestbedLine(
          ROOT, new KubernetesCluster(ROOT, "e2e-west"), new KubernetesCluster(ROOT, "e2e-east"));

  @TempDir Path directory;

  private static Stream<String> typed(List<String> lines) {
    return lines.stream().map(line -> String.join(" ", TESTBED.of(line)));
  }

  @Test
  void thePageLeadsInFiveStepsFromNothingToAnAnswer() {
    FiveSteps steps = FiveSteps.of(PAGE);
    String apps = "../e2e/src/main/resources/io/isthmus/e2e/install/";

    assertThat(typed(steps.install()))
        .containsExactly(
            "isthmus install --context e2e-west --image-repository localhost --cluster west"
                + " --trust-domain west.e2e --image-tag e2e --image-pull-policy Never",
            "isthmus install --context e2e-east --image-repository localhost --cluster east"
                + " --trust-domain east.e2e --image-tag e2e --image-pull-policy Never");
    assertThat(typed(steps.link()))
        .containsExactly("isthmus link create --from e2e-west --to e2e-east");
    assertThat(typed(steps.deploy()))
        .containsExactly(
            "kubectl --context e2e-west annotate namespace shop isthmus.io/inject=enabled",
            "kubectl --context e2e-east annotate namespace shop isthmus.io/inject=enabled",
            "kubectl --context e2e-west -n shop apply -f " + apps + "client.yaml",
            "kubectl --context e2e-east -n shop apply -f " + apps + "hello.yaml");
    assertThat(typed(steps.export()))
        .containsExactly(
            "kubectl --context e2e-east -n shop label service hello"
                + " mirror.isthmus.io/exported=true");
    assertThat(typed(steps.call()))
        .containsExactly(
            "kubectl --context e2e-west -n shop exec deploy/client --"
                + " curl -m 3 -sS http://hello-east.shop");
  }

  @Test
  void theReadmeShowsTheSameCommands() {
    assertThat(FiveSteps.of(new Page(ROOT.resolve("README.md")))).isEqualTo(FiveSteps.of(PAGE));
  }

  @Test
  void helmInstallsAndUninstallsBothCharts() {
    String cluster = " --kube-context e2e-west -n isthmus-system";
    String values =
        " --set cluster=west,image.repository=localhost%s"
            + " --set trustDomain=west.e2e,image.tag=e2e,image.pullPolicy=Never";

    assertThat(typed(PAGE.lines("By Helm")))
        .containsExactly(
            "kubectl --context e2e-west create namespace isthmus-system",
            "kubectl --context e2e-west label namespace isthmus-system"
                + " pod-security.kubernetes.io/enforce=restricted",
            "helm install isthmus ../charts/isthmus" + cluster + values.formatted(" --wait"),
            "helm install isthmus-gateway ../charts/isthmus-gateway"
                + cluster
                + values.formatted(""));
    assertThat(typed(PAGE.lines("Uninstalling")))
        .containsExactly(
            "isthmus uninstall --context e2e-west",
            "helm uninstall isthmus-gateway isthmus" + cluster,
            "isthmus uninstall --context e2e-west");
  }

  @Test
  void pagesForWhenSomethingDoesNotWorkHaveCommandsToType() {
    assertThat(typed(Diagnosis.lines(ROOT)))
        .allMatch(line -> line.startsWith("isthmus "))
        .contains(
            "isthmus check --context e2e-west --context e2e-east",
            "isthmus check --pre",
            "isthmus link check east",
            "isthmus upgrade --context e2e-west")
        .anyMatch(line -> line.startsWith("isthmus check pod shop/client-1"))
        .anyMatch(line -> line.startsWith("isthmus support-bundle "));
  }

  @Test
  void aPageWithoutTheSectionOrWithAnotherStepIsRefused() throws IOException {
    assertThatThrownBy(() -> FiveSteps.of(page("# Installing", "")))
        .hasMessageContaining("no section 'From nothing to an answer'");
    assertThatThrownBy(
            () -> FiveSteps.of(page("## From nothing to an answer", "    # 2. link", "    link")))
        .hasMessageContaining("'# 2. link', expected a line that begins with '# 1. '");
    assertThatThrownBy(
            () -> FiveSteps.of(page("## From nothing to an answer", "    # 1. all", "    install")))
        .hasMessageContaining("1 steps, expected 5");
  }

  private Page page(String... lines) throws IOException {
    return new Page(Files.write(directory.resolve("page.md"), List.of(lines)));
  }
}

package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      clusters:
      - {name: west, cluster: {server: "http://127.0.0.1:1"}}
      users:
      - {name: west, user: {token: x}}
      contexts:
      - {name: west, context: {cluster: west, user: west}}
      - {name: east, context: {cluster: west, user: west}}
      current-context: west
      """;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void refusesAnUnknownVerbWithUsage() {
    assertThat(run("linck")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("linck").contains("link");
  }

  @Test
  void refusesAnUnknownOptionByItsName() {
    assertThat(run("link", "create", "--from=a", "--to=b", "--from-sever=c"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--from-sever").contains("--from-server");
  }

  @Test
  void saysThatAVerbIsMissing() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(run("link")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("expected one of check, create, delete, list");
  }

  @Test
  void theMeshIsInstalledInItsOwnNamespaceAndRemovedFromNoOther() {
    for (String verb : List.of("install", "upgrade", "uninstall")) {
      assertThat(run(verb, "-n", "shop")).isEqualTo(ExitCode.USAGE);
      assertThat(err.toString()).contains("namespace shop", "expected isthmus-system");
    }
  }

  @Test
  void contextsBeforeAndAfterTheVerbAreAllMeant() throws IOException {
    String kubeconfig = Files.writeString(directory.resolve("config"), KUBECONFIG).toString();
    for (String line :
        List.of(
            "trust abort --context west --context east",
            "--context west trust abort --context east",
            "--context west trust --context=east abort",
            "trust --context west abort --context=east")) {
      err.getBuffer().setLength(0);
      assertThat(run(("--kubeconfig " + kubeconfig + " " + line).split(" ")))
          .as(line)
          .isEqualTo(ExitCode.USAGE);
      assertThat(err.toString()).as(line).contains("2 contexts: [west, east]");
    }
    assertThat(run("trust", "status", "--context")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--context", "<name>");
  }

  @Test
  void printsItsVersion() {
    assertThat(run("version")).isEqualTo(ExitCode.YES);
    assertThat(out.toString()).startsWith("isthmus ").contains("Java 25");
  }

  @Test
  void printsACompletionScriptThatKnowsTheVerbs() {
    assertThat(run("completion")).isEqualTo(ExitCode.YES);
    assertThat(out.toString()).contains("complete -F").contains("demo").contains("link");
  }

  @Test
  void refusesToLinkAContextToItself() throws IOException {
    assertThat(run("--kubeconfig", kubeconfig(), "link", "create", "--from=west", "--to=west"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("cannot link context west to itself")
        .contains("why: --from and --to are the same")
        .contains("try: name the contexts of two clusters");
  }

  @Test
  void namesTheContextsThereAreWhenOneIsUnknown() throws IOException {
    assertThat(run("link", "create", "--from=wset", "--to=east", "--kubeconfig", kubeconfig()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("no context \"wset\"").contains("[west, east]");
  }

  @Test
  void namesTheKubeconfigThatIsNotThere() {
    assertThat(run("--kubeconfig", "/nowhere/config", "link", "list")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("/nowhere/config").contains("no such file");
  }

  @Test
  void namesTheKubeconfigThatCannotBeParsed() throws IOException {
    Path file = Files.writeString(directory.resolve("broken"), "clusters: [");

    assertThat(run("--kubeconfig", file.toString(), "link", "list")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("cannot parse the kubeconfig " + file);
  }

  @Test
  void exitsWithThreeWhenTheApiServerCannotBeReached() throws IOException {
    assertThat(run("--kubeconfig", kubeconfig(), "link", "create", "--from=west", "--to=east"))
        .isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString())
        .contains("cannot reach the API server of context west")
        .contains("http://127.0.0.1:1");
  }

  @Test
  void refusesAnUnknownOutputFormat() {
    assertThat(run("-o", "xml", "link", "list")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("xml").contains("table").contains("json");
  }

  private String kubeconfig() throws IOException {
    return Files.writeString(directory.resolve("config"), KUBECONFIG).toString();
  }

  private int run(String... args) {
    CommandLine line = IsthmusCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }
}

package io.isthmus.e2e.demo;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** {@code isthmus demo --api real}: told to its end, and interrupted at every stage. */
public final class DemoSuite implements Suite {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  /** Half of the 16 that run in the end: API servers are up, the mesh is not. */
  private static final int HALF = 8;

  private static final List<String> TOLD =
      List.of(
          "linked: west.demo and east.demo trust each other",
          "hello from pod hello-1 in cluster east",
          "east's sidecar saw the true caller, spiffe://west.demo/ns/shop/sa/client",
          "not exported any more: east's gateway refused the same request",
          "refused in TLS",
          "Everything is cleaned up.");

  private final Path root;

  public DemoSuite(Path root) {
    this.root = root;
  }

  @Override
  public String name() {
    return "demo-real";
  }

  @Override
  public String description() {
    return "isthmus demo --api real: the whole story, then Ctrl-C and SIGTERM at every stage";
  }

  /** How a demo is ended from outside, and the exit status that tells of it. */
  private record Ending(String name, Consumer<RunningDemo> signal, int status) {}

  /** How far a demo has come. */
  private record Stage(String name, Consumer<RunningDemo> await) {}

  @Override
  public void run(Scenarios scenarios) {
    Workspace workspace = Workspace.create(root);
    System.out.println("logs of this run: " + workspace.scratch());
    scenarios.scenario(
        "isthmus demo --once tells the whole story and leaves nothing",
        () -> tellsTheStory(workspace.scratch().resolve("once")));
    int number = 0;
    for (Stage stage : stages()) {
      for (Ending ending : endings()) {
        number++;
        Path scratch = workspace.scratch().resolve("interrupted-" + number);
        scenarios.scenario(
            "%s %s leaves nothing".formatted(ending.name(), stage.name()),
            () -> interrupted(scratch, stage, ending));
      }
    }
  }

  private static List<Stage> stages() {
    return List.of(
        new Stage(
            "at the first line",
            demo -> demo.process().awaitLog("Starting the clusters", START_LIMIT)),
        new Stage(
            "while the processes start",
            demo ->
                Eventually.holds(
                    START_LIMIT,
                    () -> demo.processes().size() < HALF ? demo.processes().toString() : "")),
        new Stage(
            "when everything is up",
            demo -> demo.process().awaitLog("Everything stays up until Ctrl-C", START_LIMIT)));
  }

  private static List<Ending> endings() {
    return List.of(
        new Ending("Ctrl-C", RunningDemo::pressCtrlC, 130),
        new Ending("SIGTERM", RunningDemo::terminate, 143));
  }

  private void tellsTheStory(Path scratch) {
    try (RunningDemo demo = new RunningDemo(root, scratch, List.of("--once"))) {
      expect(demo, 0);
      String told = demo.process().logText();
      for (String line : TOLD) {
        if (!told.contains(line)) {
          throw new AssertionError("it did not tell '%s' but:%n%s".formatted(line, told));
        }
      }
    }
  }

  private void interrupted(Path scratch, Stage stage, Ending ending) {
    try (RunningDemo demo = new RunningDemo(root, scratch, List.of())) {
      stage.await().accept(demo);
      ending.signal().accept(demo);
      expect(demo, ending.status());
    }
  }

  private static void expect(RunningDemo demo, int status) {
    int exit = demo.awaitExit();
    List<String> left = demo.leftovers();
    if (exit != status || !left.isEmpty()) {
      throw new AssertionError(
          "exit status %d, expected %d; left: %s%n%s"
              .formatted(exit, status, left, demo.process().lastLines(30)));
    }
  }
}

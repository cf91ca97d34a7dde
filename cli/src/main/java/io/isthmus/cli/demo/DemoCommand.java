package io.isthmus.cli.demo;

import io.isthmus.cli.ExitCode;
import io.isthmus.cli.cluster.ApiKind;
import io.isthmus.cli.cluster.ClusterException;
import io.isthmus.cli.cluster.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code isthmus demo}. */
@Command(
    name = "demo",
    description = {
      "Start two clusters on this machine, and watch one request go from west to east.",
      "They stay up until Ctrl-C, which removes everything."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--once", description = "Tell the story, clean up, and exit 0 or 1.")
  private boolean once;

  @Option(
      names = "--api",
      paramLabel = "embedded|real",
      defaultValue = "embedded",
      description = {
        "embedded: fabric8's in-memory API server (default).",
        "real: etcd and kube-apiserver, built with Go the first time; needs root."
      })
  private ApiKind api = ApiKind.EMBEDDED;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Narrator narrator = Narrator.to(spec.commandLine().getOut());
    Path directory = Files.createTempDirectory("isthmus-demo-");
    try (DemoRun run = DemoRun.in(directory, api, Installation.current())) {
      try {
        tell(run.mesh(), narrator);
      } catch (ClusterException e) {
        run.keepLogs();
        narrator.failure(String.valueOf(e.getMessage()));
        narrator.say("            all logs are kept in " + directory);
        return ExitCode.NO;
      }
      if (!once) {
        Suggestions.print(run.mesh(), narrator);
        new CountDownLatch(1).await(); // Ctrl-C runs the shutdown hook, which closes the run
      }
    }
    narrator.say("Everything is cleaned up.");
    return ExitCode.YES;
  }

  private void tell(DemoMesh mesh, Narrator narrator) {
    narrator.say(
        "Starting the clusters west and east, each with %s."
            .formatted(
                switch (api) {
                  case EMBEDDED -> "fabric8's in-memory API server";
                  case REAL -> "etcd, kube-apiserver and kube-controller-manager";
                }));
    long start = System.nanoTime();
    mesh.start();
    narrator.step(
        Duration.ofNanos(System.nanoTime() - start),
        "started: %d processes, each on addresses of its own".formatted(mesh.processes().size()));
    Story.run(mesh, narrator::chapter);
  }
}

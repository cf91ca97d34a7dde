package io.isthmus.cli.cluster;

import io.isthmus.cli.embedded.EmbeddedApiMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** fabric8's in-memory API server, in a process of its own. */
final class EmbeddedApi implements ApiServer {
  private final ClusterSpec spec;
  private final Installation installation;
  private final Path directory;

  EmbeddedApi(ClusterSpec spec, Installation installation, Path directory) {
    this.spec = spec;
    this.installation = installation;
    this.directory = directory;
  }

  @Override
  public void start(Launcher launcher) {
    List<String> command = new ArrayList<>(installation.ownMain(EmbeddedApiMain.class, "160m"));
    command.add("--address=" + spec.addresses().api() + ":6443");
    command.add("--state=" + directory.resolve("api"));
    DemoProcess process =
        launcher.launch(
            new ProcessSpec(
                spec.name() + "/api",
                command,
                directory.resolve("api.log"),
                Readiness.http(url() + "/readyz")));
    Kubeconfigs.write(
        adminKubeconfig(), new Kubeconfigs.Target(spec.name(), url(), ""), "not-checked");
    process.awaitReady(Duration.ofSeconds(90));
  }

  @Override
  public String url() {
    return "http://" + spec.addresses().api() + ":6443";
  }

  @Override
  public Path adminKubeconfig() {
    return directory.resolve("admin.kubeconfig");
  }
}

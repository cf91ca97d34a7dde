package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.link.LinkEnd;
import io.isthmus.cli.link.Linking;
import io.isthmus.cli.link.TwoServers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code isthmus link delete}, also while one of the two API servers does not answer. */
class LinkDeleteIT {
  @TempDir Path directory;
  private TwoServers servers;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @SuppressWarnings("NullAway.Init")
  LinkDeleteIT() {}

  @BeforeEach
  void link() throws IOException {
    servers = new TwoServers(directory);
    servers.linking().create();
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  @Test
  void removesBothEnds() throws IOException {
    assertThat(delete("--from=west-context", "--to=east-context")).isEqualTo(ExitCode.YES);

    assertUnlinked(servers.west());
    assertUnlinked(servers.east());
    assertThat(out.toString())
        .contains("west: Link isthmus-system/east", "east: Link isthmus-system/west")
        .endsWith("Unlinked." + System.lineSeparator());
  }

  @Test
  void doesThisSideAndNamesWhatStaysWhenThePeerIsSilent() throws IOException {
    servers.stopEast();

    assertThat(delete("--from=west-context", "--to=east-context")).isEqualTo(ExitCode.UNREACHABLE);

    assertUnlinked(servers.west());
    assertThat(err.toString())
        .contains("unlinked only west: cannot reach the API server of context east-context")
        .contains("why: " + servers.eastUrl() + ": ")
        .contains("; not removed in east: Link isthmus-system/west,")
        .contains("TrustDomain west, Secret isthmus-system/link-west")
        .contains("ClusterRoleBinding isthmus-link-west")
        .contains("ServiceAccount isthmus-system/isthmus-link-west")
        .contains(
            "try: once it answers: isthmus --kubeconfig %s -n isthmus-system link delete --from west-context --to east-context"
                .formatted(servers.kubeconfig()));
    assertThat(out.toString())
        .contains("east: Link isthmus-system/west (stays: its API server cannot be reached)")
        .doesNotContain("Unlinked.");
  }

  @Test
  void removesTheRestByTheSameCommandOnceThePeerAnswers() throws IOException {
    servers.stopEast();
    delete("--from=west-context", "--to=east-context");
    servers.startEast();
    assertThat(links(servers.east())).hasSize(1);

    assertThat(delete("--from=west-context", "--to=east-context")).isEqualTo(ExitCode.YES);

    assertUnlinked(servers.west());
    assertUnlinked(servers.east());
  }

  @Test
  void takesTheSilentOneAlsoAsTheFirst() throws IOException {
    servers.stopEast();

    assertThat(delete("--from=east-context", "--to=west-context")).isEqualTo(ExitCode.UNREACHABLE);

    assertUnlinked(servers.west());
    assertThat(err.toString()).contains("not removed in east: Link isthmus-system/west,");
  }

  @Test
  void printsWhatGoesAndRemovesNothingOnADryRun() throws IOException {
    servers.stopEast();

    assertThat(delete("--from=west-context", "--to=east-context", "--dry-run"))
        .isEqualTo(ExitCode.YES);

    assertThat(out.toString())
        .contains("# context west-context", "kind: \"Link\"", "name: \"link-east\"")
        .doesNotContain("kubeconfig", "# context east-context");
    assertThat(links(servers.west())).hasSize(1);
  }

  @Test
  void asksForThePeersNameWhenNoLinkLeadsToThatServer() throws IOException {
    relinkByAnotherUrl();
    servers.stopEast();

    assertThat(delete("--from=west-context", "--to=east-context")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString())
        .contains("0 of the Links in west lead to that API server")
        .contains("its cluster's name is not known: [east]")
        .contains("--peer <cluster>");
    assertThat(links(servers.west())).hasSize(1);

    assertThat(delete("--from=west-context", "--to=east-context", "--peer=east"))
        .isEqualTo(ExitCode.UNREACHABLE);
    assertUnlinked(servers.west());
  }

  @Test
  void doesNotTakeTheAnsweringClusterForThePeer() throws IOException {
    servers.stopEast();

    assertThat(delete("--from=west-context", "--to=east-context", "--peer=west"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("cannot unlink cluster west from itself");
    assertThat(links(servers.west())).hasSize(1);
  }

  private void relinkByAnotherUrl() {
    Linking.between(
            TwoServers.SYSTEM,
            TwoServers.end("west-context", servers.west()),
            LinkEnd.of("east-context", servers.east(), Optional.of("https://203.0.113.2:6443")),
            Duration.ofDays(1))
        .create();
  }

  private static void assertUnlinked(KubernetesClient client) {
    assertThat(links(client)).isEmpty();
    assertThat(client.secrets().inNamespace(TwoServers.SYSTEM).list().getItems()).isEmpty();
    assertThat(client.serviceAccounts().inNamespace(TwoServers.SYSTEM).list().getItems()).isEmpty();
    assertThat(client.rbac().clusterRoleBindings().list().getItems()).isEmpty();
    assertThat(client.rbac().roles().inNamespace(TwoServers.SYSTEM).list().getItems()).isEmpty();
    assertThat(client.rbac().roleBindings().inNamespace(TwoServers.SYSTEM).list().getItems())
        .isEmpty();
    assertThat(client.resources(TrustDomain.class).list().getItems()).hasSize(1);
  }

  private static List<Link> links(KubernetesClient client) {
    return client.resources(Link.class).inAnyNamespace().list().getItems();
  }

  private int delete(String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of("--kubeconfig", servers.kubeconfig().toString(), "link", "delete", "--yes"));
    line.addAll(List.of(arguments));
    CommandLine command = IsthmusCommand.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(line.toArray(String[]::new));
  }
}

package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.cli.link.TwoServers;
import io.isthmus.cli.trust.Statuses;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;

/** Two linked clusters, {@code isthmus trust} typed at west, and what its control plane says. */
final class TrustStage implements AutoCloseable {
  final Statuses statuses = new Statuses(Instant.now());
  private final TwoServers servers;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  TrustStage(Path directory) throws IOException {
    servers = new TwoServers(directory);
    servers.linking().create();
    say(west(), "west", statuses.steady(7, statuses.enforced(7, 3)));
    say(west(), "east", statuses.steady(3, statuses.enforced(3, 3)));
    say(servers.east(), "east", statuses.steady(3, statuses.enforced(3, 2)));
    say(servers.east(), "west", statuses.steady(7, statuses.enforced(7, 2)));
    sayOfEast(statuses.enforced(7, 2));
  }

  KubernetesClient west() {
    return servers.west();
  }

  Path kubeconfig() throws IOException {
    return servers.kubeconfig();
  }

  /** The status of west's own TrustDomain. */
  void say(TrustDomainStatus status) {
    say(west(), "west", status);
  }

  private static void say(KubernetesClient client, String name, TrustDomainStatus status) {
    TrustDomain domain = client.resources(TrustDomain.class).withName(name).get();
    domain.setStatus(status);
    client.resource(domain).updateStatus();
  }

  /** What the Link in west says of east's proxies. */
  void sayOfEast(TrustEnforcement enforcement) {
    Link link = west().resources(Link.class).inNamespace(TwoServers.SYSTEM).withName("east").get();
    link.setStatus(new LinkStatus(List.of(), List.of(), 0, 0, enforcement, null));
    west().resource(link).updateStatus();
  }

  TrustDomain object() {
    return west().resources(TrustDomain.class).withName("west").get();
  }

  TrustDomainSpec.Rotation rotation() {
    return Objects.requireNonNull(object().getSpec().rotation());
  }

  int trust(String... arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("--kubeconfig", kubeconfig().toString(), "--context", "west-context"));
    line.add("trust");
    line.addAll(List.of(arguments));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine command = IsthmusCommand.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(line.toArray(String[]::new));
  }

  void assertDone(String... arguments) throws IOException {
    assertThat(trust(arguments)).as(out + "" + err).isEqualTo(ExitCode.YES);
  }

  void assertRefused(int expected, List<String> texts, String... arguments) throws IOException {
    assertThat(trust(arguments)).as(out + "" + err).isEqualTo(expected);
    assertThat(err.toString()).contains(texts).contains("why: ", "try: ");
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  @Override
  public void close() {
    servers.close();
  }
}

package io.isthmus.cli;

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
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Two linked clusters, {@code isthmus trust} typed at west, and what its control plane says. */
final class TrustStage implements AutoCloseable {
  final Statuses statuses = new Statuses(Instant.now());
  private final TwoServers servers;
  private Typed typed;

  TrustStage(Path directory) throws IOException {
    servers = new TwoServers(directory);
    typed = typed("west-context");
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

  /** East's API server does not answer until it is started again. */
  void stopEast() {
    servers.stopEast();
  }

  void startEast() throws IOException {
    servers.startEast();
  }

  int trust(String... arguments) {
    return typed.run(arguments);
  }

  /** Typed at east, as all that is typed later. */
  void goEast() throws IOException {
    typed = typed("east-context");
  }

  /** Typed with the contexts that follow, as all that is typed later. */
  void goNowhere() throws IOException {
    typed = new Typed("--kubeconfig", kubeconfig().toString(), "trust");
  }

  private Typed typed(String context) throws IOException {
    return new Typed("--kubeconfig", kubeconfig().toString(), "--context", context, "trust");
  }

  void assertDone(String... arguments) {
    typed.assertDone(arguments);
  }

  void assertRefused(int expected, List<String> texts, String... arguments) {
    typed.assertRefused(expected, texts, arguments);
  }

  String out() {
    return typed.out();
  }

  String err() {
    return typed.err();
  }

  @Override
  public void close() {
    servers.close();
  }
}

package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.PeerCredentials;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Unanswered;
import io.isthmus.cli.link.LinkCredentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Every cluster that could be asked about trust, and for each other one why not. It begins at
 * contexts, and goes on with the credentials of their Links, which may read a peer's TrustDomains.
 */
final class Survey {
  private final String namespace;
  private final Map<String, View> views = new TreeMap<>();
  private final Map<String, Source> begins = new TreeMap<>();
  private final List<Unasked> unasked = new ArrayList<>();

  private Survey(String namespace) {
    this.namespace = namespace;
  }

  /**
   * What one cluster says.
   *
   * @param by how it was asked, for people
   * @param links empty when the credentials may not read them
   */
  record View(
      String cluster, String by, TrustDomain own, List<TrustDomain> domains, List<Link> links) {
    View {
      domains = List.copyOf(domains);
      links = List.copyOf(links);
    }
  }

  /**
   * @param cluster its name, or the context that does not lead to it
   */
  record Unasked(String cluster, String by, String why) {}

  /** A way to a cluster. */
  interface Source {
    KubernetesClient open();
  }

  /** {@code contexts} lead to the clusters to begin at. */
  static Survey of(Map<String, Source> contexts, String namespace) {
    Survey survey = new Survey(namespace);
    contexts.forEach(survey::askContext);
    survey.begins.forEach((cluster, here) ->
        survey.view(cluster).links().stream()
            .filter(link -> !survey.views.containsKey(link.getSpec().cluster()))
            .forEach(link -> survey.askPeer(link, cluster, here)));
    return survey;
  }

  List<View> views() {
    return List.copyOf(views.values());
  }

  List<Unasked> unasked() {
    return List.copyOf(unasked);
  }

  private View view(String cluster) {
    return Objects.requireNonNull(views.get(cluster));
  }

  private void askContext(String context, Source source) {
    String by = "context " + context;
    try (KubernetesClient client = source.open()) {
      OwnDomain own = OwnDomain.find(client, namespace);
      views.put(
          own.cluster(), new View(own.cluster(), by, own.object(), domains(client), own.links()));
      begins.put(own.cluster(), source);
    } catch (KubernetesClientException | CommandException e) {
      unasked.add(new Unasked(context, by, Unanswered.why(e)));
    }
  }

  private void askPeer(Link link, String from, Source here) {
    String cluster = link.getSpec().cluster();
    String by = LinkCredentials.by(link, from);
    try (KubernetesClient client = open(link, here)) {
      OwnDomain own = OwnDomain.find(client, namespace);
      if (!own.cluster().equals(cluster)) {
        unasked.add(
            new Unasked(
                cluster,
                by,
                "its credentials lead to the cluster %s: correct the Link"
                    .formatted(own.cluster())));
        return;
      }
      unasked.removeIf(former -> former.cluster().equals(cluster));
      views.putIfAbsent(cluster, new View(cluster, by, own.object(), domains(client), List.of()));
    } catch (KubernetesClientException | CommandException e) {
      if (!views.containsKey(cluster)) {
        unasked.add(new Unasked(cluster, by, Unanswered.why(e)));
      }
    }
  }

  private KubernetesClient open(Link link, Source here) {
    try (KubernetesClient client = here.open()) {
      return switch (LinkCredentials.of(client, link)) {
        case PeerCredentials.Valid valid ->
            new KubernetesClientBuilder().withConfig(valid.config()).build();
        case PeerCredentials.Invalid(String _, String message) ->
            throw CommandException.refused(
                "cannot use the credentials of the Link " + link.getMetadata().getName(),
                message,
                "run isthmus link create again");
      };
    }
  }

  private static List<TrustDomain> domains(KubernetesClient client) {
    return client.resources(TrustDomain.class).list().getItems().stream()
        .filter(domain -> domain.getSpec() != null)
        .toList();
  }
}

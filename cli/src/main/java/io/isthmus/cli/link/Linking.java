package io.isthmus.cli.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.install.Crds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Two ends, and what linking them does. */
public final class Linking {
  private static final String NO_TOKEN = "<token that is issued when this is applied>";

  private final LinkObjects from;
  private final LinkObjects to;
  private final Duration tokenLifetime;

  private Linking(LinkObjects from, LinkObjects to, Duration tokenLifetime) {
    this.from = from;
    this.to = to;
    this.tokenLifetime = tokenLifetime;
  }

  /** Refuses two contexts that lead to one cluster, or to clusters of one name. */
  public static Linking between(
      String namespace, LinkEnd from, LinkEnd to, Duration tokenLifetime) {
    refuseOneCluster(from, to);
    return new Linking(
        new LinkObjects(namespace, from, to), new LinkObjects(namespace, to, from), tokenLifetime);
  }

  static void refuseOneCluster(LinkEnd from, LinkEnd to) {
    if (from.cluster().equals(to.cluster())) {
      throw CommandException.refused(
          "cannot link cluster %s to itself".formatted(from.cluster()),
          "the contexts %s and %s both lead to a cluster with the name %s and the trust domain %s"
              .formatted(from.context(), to.context(), from.cluster(), from.trustDomain()),
          "name two clusters; two clusters of one name cannot be linked");
    }
  }

  /** One line for each object that creating would write. */
  public List<String> plan() {
    List<String> lines = new ArrayList<>();
    for (LinkObjects end : ends()) {
      for (HasMetadata object : objects(end, NO_TOKEN)) {
        lines.add("%s: %s".formatted(end.here().cluster(), name(object)));
      }
    }
    return lines;
  }

  /** The same as YAML documents; the token is not issued for this. */
  public String yaml() {
    StringBuilder yaml = new StringBuilder();
    ends().forEach(end -> yaml.append(end.here().yaml(objects(end, NO_TOKEN))));
    return yaml.toString();
  }

  public void create() {
    for (LinkObjects end : ends()) {
      refuseOtherLink(end);
      Crds.installMissing(end.here().client());
      end.access().forEach(object -> apply(end.here().client(), object));
    }
    for (LinkObjects end : ends()) {
      KubernetesClient client = end.here().client();
      end.credentialsAccess().forEach(object -> apply(client, object));
      apply(client, end.credentials(token(end == from ? to : from)));
      apply(client, end.trustDomain());
      apply(client, end.link());
    }
  }

  private List<LinkObjects> ends() {
    return List.of(from, to);
  }

  private static List<HasMetadata> objects(LinkObjects end, String token) {
    List<HasMetadata> objects = new ArrayList<>(Crds.missing(end.here().client()));
    objects.addAll(end.access());
    objects.addAll(end.credentialsAccess());
    objects.add(end.credentials(token));
    objects.add(end.trustDomain());
    objects.add(end.link());
    return objects;
  }

  /** A token of the account that this end holds in the peer. */
  private String token(LinkObjects issuing) {
    return issuing
        .here()
        .client()
        .serviceAccounts()
        .inNamespace(issuing.namespace())
        .withName(issuing.account())
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(tokenLifetime.toSeconds())
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  private static void refuseOtherLink(LinkObjects end) {
    Link existing = end.here().client().resource(end.link()).get();
    if (existing != null && !existing.getSpec().cluster().equals(end.peer().cluster())) {
      throw CommandException.refused(
          "cannot write the Link %s in %s".formatted(name(existing), end.here().cluster()),
          "it leads to the cluster %s, not to %s"
              .formatted(existing.getSpec().cluster(), end.peer().cluster()),
          "delete or rename that Link first");
    }
    TrustDomain domain = end.here().client().resource(end.trustDomain()).get();
    if (domain != null && !domain.getSpec().equals(end.trustDomain().getSpec())) {
      throw CommandException.refused(
          "cannot write the TrustDomain %s in %s"
              .formatted(end.peer().cluster(), end.here().cluster()),
          "it is there already with another spec: " + domain.getSpec(),
          "delete it first, if it is not in use");
    }
  }

  private static void apply(KubernetesClient client, HasMetadata object) {
    client.resource(object).createOr(NonDeletingOperation::update);
  }

  static String name(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    return object.getKind()
        + " "
        + (namespace == null ? "" : namespace + "/")
        + Objects.requireNonNull(object.getMetadata().getName());
  }
}

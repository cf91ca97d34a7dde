package io.isthmus.mirror.link;

import io.isthmus.api.link.Link;
import io.isthmus.certs.TrustDomain;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Whether a Link can be followed at all, seen beside all others. */
final class LinkAdmission {
  private static final Comparator<Link> OLDEST_FIRST =
      Comparator.comparing((Link link) -> nonNull(link.getMetadata().getCreationTimestamp()))
          .thenComparing(link -> link.getMetadata().getName());

  /** Why not, for the Link's conditions. */
  record Refusal(String reason, String message) {}

  private LinkAdmission() {}

  static Optional<Refusal> refusal(Link link, Collection<Link> all, String ownCluster) {
    String cluster = link.getSpec().cluster();
    if (cluster.equals(ownCluster)) {
      return Optional.of(
          new Refusal(
              "LinkToSelf",
              "spec.cluster is %s, which is this cluster: expected the name of a peer"
                  .formatted(cluster)));
    }
    try {
      TrustDomain.of(link.getSpec().trustDomain());
    } catch (IllegalArgumentException e) {
      return Optional.of(new Refusal("TrustDomainInvalid", "spec.trustDomain: " + e.getMessage()));
    }
    return all.stream()
        .filter(other -> other.getMetadata().getDeletionTimestamp() == null)
        .filter(other -> other.getSpec() != null && other.getSpec().cluster().equals(cluster))
        .min(OLDEST_FIRST)
        .map(oldest -> oldest.getMetadata().getName())
        .filter(oldest -> !oldest.equals(link.getMetadata().getName()))
        .map(oldest ->
            new Refusal(
                "ClusterNameConflict",
                "spec.cluster is %s, and so is the older Link %s's: delete one of them, or give it the name of its own peer"
                    .formatted(cluster, oldest)));
  }

  private static String nonNull(@org.jspecify.annotations.Nullable String timestamp) {
    return timestamp == null ? "" : timestamp;
  }
}

package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.link.Link;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.state.ClusterState.Trust;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.Peer;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Which peers are trusted, and by which anchors. A peer is trusted when its TrustDomain, its Link
 * and its bundle are there and agree; a bundle that cannot be read, or that goes back, leaves the
 * last good one in force. The anchors of a trust domain come from one source, that of its oldest
 * TrustDomain: another cluster that claims the name brings none. A trust domain whose anchors come
 * over no Link needs none; where there are Links of it, their clusters are peers. A cluster that
 * shares the own trust domain is a peer while it stands on a root of ours. Used by one thread.
 */
final class TrustReader {
  private final Mesh mesh;
  private final Supplier<TrustBundle> own;
  private final AnchorReader anchors = new AnchorReader();

  TrustReader(Mesh mesh, Supplier<TrustBundle> own) {
    this.mesh = mesh;
    this.own = own;
  }

  /** What the API holds. */
  record Input(
      List<io.isthmus.api.trust.TrustDomain> domains, List<Link> links, List<ConfigMap> bundles) {}

  /**
   * @param problems by object
   */
  record Result(Trust trust, Map<String, String> problems) {}

  Result read(Input input) {
    Map<String, String> problems = new TreeMap<>();
    TreeMap<String, Peer> peers = new TreeMap<>();
    Map<TrustDomain, TrustBundle> good = new HashMap<>();
    good.put(mesh.trustDomain(), own.get());
    Map<TrustDomain, AnchorSource> sources = new HashMap<>();
    List<io.isthmus.api.trust.TrustDomain> domains =
        input.domains().stream().sorted(io.isthmus.api.trust.TrustDomain.OLDEST_FIRST).toList();
    for (io.isthmus.api.trust.TrustDomain domain : domains) {
      Optional<AnchorSource> claimed = AnchorSource.of(domain);
      if (claimed.isEmpty()) {
        continue; // the own one
      }
      String object = "TrustDomain " + domain.getMetadata().getName();
      try {
        TrustDomain trustDomain = trustDomain(domain.getSpec().trustDomain());
        if (trustDomain.equals(mesh.trustDomain())) {
          share(claimed.get(), input, peers);
          continue;
        }
        AnchorSource own = claimed.get();
        AnchorSource source =
            Objects.requireNonNullElse(sources.putIfAbsent(trustDomain, own), own);
        Claim claim = new Claim(trustDomain, source);
        AnchorReader.Found found =
            switch (own) {
              case AnchorSource.OverLink(String link) -> linked(claim, link, input, peers);
              case AnchorSource.FromEndpoint _, AnchorSource.Inline _ ->
                  federated(claim, own, input);
            };
        good.put(trustDomain, found.bundle());
        if (!(own instanceof AnchorSource.OverLink)) {
          linksWithoutTrustDomain(trustDomain, input)
              .forEach(link -> admit(link, claim, peers, problems));
        }
        if (found.problem().isPresent()) {
          throw new UntrustedException(found.problem().get() + ": the last good bundle stays");
        }
      } catch (UntrustedException e) {
        problems.put(object, message(e));
      }
    }
    anchors.remember(good);
    return new Result(new Trust(peers, new BundleSet(good)), problems);
  }

  /**
   * Another cluster that issues for the own trust domain. It brings no anchors: each has those of
   * the root that both stand on, and only for that is it believed.
   */
  private void share(AnchorSource claimed, Input input, TreeMap<String, Peer> peers)
      throws UntrustedException {
    if (!(claimed instanceof AnchorSource.OverLink(String name))) {
      throw new UntrustedException(
          "it is the own trust domain, whose anchors are published here: only a Link's cluster can share it");
    }
    Peer peer = peer(link(name, input), mesh.trustDomain(), peers);
    List<X509Certificate> ours = own.get().anchors();
    TrustBundle theirs = AnchorReader.published(mesh.trustDomain(), name, input.bundles());
    if (theirs.anchors().stream().noneMatch(ours::contains)) {
      throw new UntrustedException(
          "cluster %s publishes none of the anchors of %s that are published here: clusters that share a trust domain stand on one root (spec.authority.operator), else give each a trust domain of its own"
              .formatted(peer.cluster(), mesh.trustDomain()));
    }
    peers.put(peer.cluster(), peer);
  }

  private static Link link(String name, Input input) throws UntrustedException {
    return input.links().stream()
        .filter(candidate -> candidate.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new UntrustedException("Link " + name + " is not there"));
  }

  /** That somebody is of a trust domain; {@code source} has its anchors. */
  private record Claim(TrustDomain trustDomain, AnchorSource source) {}

  private AnchorReader.Found linked(
      Claim claim, String linkName, Input input, TreeMap<String, Peer> peers)
      throws UntrustedException {
    Peer peer = peer(link(linkName, input), claim.trustDomain(), peers);
    AnchorReader.Found found = anchors.find(claim.trustDomain(), claim.source(), input.bundles());
    peers.put(peer.cluster(), peer);
    return found;
  }

  private AnchorReader.Found federated(Claim claim, AnchorSource own, Input input)
      throws UntrustedException {
    if (!claim.source().equals(own)) {
      throw new UntrustedException(
          "the anchors of %s come from %s, which is older: delete one of the two"
              .formatted(claim.trustDomain(), claim.source()));
    }
    return anchors.find(claim.trustDomain(), own, input.bundles());
  }

  /** Those of the trust domain that no TrustDomain with the form link speaks for. */
  private static List<Link> linksWithoutTrustDomain(TrustDomain trustDomain, Input input) {
    Set<AnchorSource> spokenFor =
        input.domains().stream()
            .filter(domain -> domain.getSpec() != null)
            .filter(domain -> domain.getSpec().trustDomain().equals(trustDomain.name()))
            .flatMap(domain -> AnchorSource.of(domain).stream())
            .collect(Collectors.toSet());
    return input.links().stream()
        .filter(link -> link.getSpec().trustDomain().equals(trustDomain.name()))
        .filter(
            link -> !spokenFor.contains(new AnchorSource.OverLink(link.getMetadata().getName())))
        .toList();
  }

  /** A Link that is wrong takes nothing from the trust domain's other clusters. */
  private void admit(
      Link link, Claim claim, TreeMap<String, Peer> peers, Map<String, String> problems) {
    try {
      Peer peer = peer(link, claim.trustDomain(), peers);
      peers.put(peer.cluster(), peer);
    } catch (UntrustedException e) {
      problems.put("Link " + link.getMetadata().getName(), message(e));
    }
  }

  private Peer peer(Link link, TrustDomain trustDomain, TreeMap<String, Peer> peers)
      throws UntrustedException {
    String name = link.getMetadata().getName();
    if (!link.getSpec().trustDomain().equals(trustDomain.name())) {
      throw new UntrustedException(
          "Link %s has trust domain %s, expected %s"
              .formatted(name, link.getSpec().trustDomain(), trustDomain));
    }
    String cluster = link.getSpec().cluster();
    if (cluster.equals(mesh.cluster()) || peers.containsKey(cluster)) {
      throw new UntrustedException(
          "Link %s names cluster %s, which is another one's name".formatted(name, cluster));
    }
    return new Peer(
        cluster,
        trustDomain,
        gateway(link),
        !Boolean.FALSE.equals(link.getSpec().export().enabled())
            ? Peer.Exports.ENABLED
            : Peer.Exports.DISABLED);
  }

  private static SpiffeId gateway(Link link) throws UntrustedException {
    try {
      return SpiffeId.parse(link.getSpec().gatewayIdentity());
    } catch (InvalidSpiffeIdException e) {
      throw new UntrustedException(
          "Link %s, spec.gateway: %s".formatted(link.getMetadata().getName(), message(e)));
    }
  }

  private static TrustDomain trustDomain(String name) throws UntrustedException {
    try {
      return TrustDomain.of(name);
    } catch (InvalidSpiffeIdException e) {
      throw new UntrustedException(message(e));
    }
  }

  private static String message(Exception e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }
}

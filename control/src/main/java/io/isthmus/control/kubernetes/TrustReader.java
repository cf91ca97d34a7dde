package io.isthmus.control.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Succession;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.state.ClusterState.Trust;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.Peer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Which peers are trusted, and by which anchors. A peer is trusted when its TrustDomain, its Link
 * and its bundle are there and agree; a bundle that cannot be read, or that goes back, leaves the
 * last good one in force. The anchors of a trust domain come over one Link, that of its oldest
 * TrustDomain: another cluster that claims the name brings none. Used by one thread.
 */
final class TrustReader {
  private static final Comparator<io.isthmus.api.trust.TrustDomain> OLDEST_FIRST =
      Comparator.comparing((io.isthmus.api.trust.TrustDomain domain) ->
              Objects.requireNonNullElse(domain.getMetadata().getCreationTimestamp(), ""))
          .thenComparing(domain -> domain.getMetadata().getName());

  private final Mesh mesh;
  private final Supplier<TrustBundle> own;
  private Map<TrustDomain, TrustBundle> lastGood = Map.of();

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
    Map<TrustDomain, String> sources = new HashMap<>();
    List<io.isthmus.api.trust.TrustDomain> domains =
        input.domains().stream().sorted(OLDEST_FIRST).toList();
    for (io.isthmus.api.trust.TrustDomain domain : domains) {
      TrustDomainSpec spec = domain.getSpec();
      if (spec == null || spec.bundle() == null || spec.bundle().link() == null) {
        continue; // the own one
      }
      String object = "TrustDomain " + domain.getMetadata().getName();
      try {
        TrustDomain trustDomain = trustDomain(spec.trustDomain());
        String linkName = spec.bundle().link().name();
        String source =
            Objects.requireNonNullElse(sources.putIfAbsent(trustDomain, linkName), linkName);
        BundleFound found = trusted(new Claim(trustDomain, linkName, source), input, peers);
        good.put(trustDomain, found.bundle());
        if (found.problem().isPresent()) {
          throw new UntrustedException(found.problem().get() + ": the last good bundle stays");
        }
      } catch (UntrustedException e) {
        problems.put(object, message(e));
      }
    }
    lastGood = Map.copyOf(good);
    return new Result(new Trust(peers, new BundleSet(good)), problems);
  }

  /** That the cluster behind {@code link} is of a trust domain; {@code source} has its anchors. */
  private record Claim(TrustDomain trustDomain, String link, String source) {}

  private BundleFound trusted(Claim claim, Input input, TreeMap<String, Peer> peers)
      throws UntrustedException {
    TrustDomain trustDomain = claim.trustDomain();
    String linkName = claim.link();
    Link link =
        input.links().stream()
            .filter(candidate -> candidate.getMetadata().getName().equals(linkName))
            .findFirst()
            .orElseThrow(() -> new UntrustedException("Link " + linkName + " is not there"));
    if (!link.getSpec().trustDomain().equals(trustDomain.name())) {
      throw new UntrustedException(
          "Link %s has trust domain %s, expected %s"
              .formatted(linkName, link.getSpec().trustDomain(), trustDomain));
    }
    String cluster = link.getSpec().cluster();
    if (cluster.equals(mesh.cluster()) || peers.containsKey(cluster)) {
      throw new UntrustedException(
          "Link %s names cluster %s, which is another one's name".formatted(linkName, cluster));
    }
    BundleFound found = bundle(trustDomain, claim.source(), input);
    peers.put(
        cluster,
        new Peer(
            cluster,
            trustDomain,
            gateway(link),
            !Boolean.FALSE.equals(link.getSpec().export().enabled())
                ? Peer.Exports.ENABLED
                : Peer.Exports.DISABLED));
    return found;
  }

  private static SpiffeId gateway(Link link) throws UntrustedException {
    try {
      return SpiffeId.parse(link.getSpec().gatewayIdentity());
    } catch (InvalidSpiffeIdException e) {
      throw new UntrustedException(
          "Link %s, spec.gateway: %s".formatted(link.getMetadata().getName(), message(e)));
    }
  }

  private TrustDomain trustDomain(String name) throws UntrustedException {
    try {
      TrustDomain trustDomain = TrustDomain.of(name);
      if (trustDomain.equals(mesh.trustDomain())) {
        throw new UntrustedException("it is the own trust domain, whose anchors are made here");
      }
      return trustDomain;
    } catch (InvalidSpiffeIdException e) {
      throw new UntrustedException(message(e));
    }
  }

  /** The bundle in force, and what is wrong with a newer document. */
  private record BundleFound(TrustBundle bundle, Optional<String> problem) {}

  private BundleFound bundle(TrustDomain trustDomain, String link, Input input)
      throws UntrustedException {
    String name = ObjectNames.peerTrustBundle(link);
    ConfigMap stored =
        input.bundles().stream()
            .filter(map -> map.getMetadata().getName().equals(name))
            .filter(map ->
                Labels.TRUST_BUNDLE_PEER.equals(
                    map.getMetadata().getLabels().get(Labels.TRUST_BUNDLE)))
            .findFirst()
            .orElseThrow(() -> new UntrustedException("ConfigMap " + name + " is not there"));
    Optional<TrustBundle> current = Optional.ofNullable(lastGood.get(trustDomain));
    try {
      TrustBundle next = parse(trustDomain, stored);
      return current
          .map(last -> follow(last, next, name))
          .orElse(new BundleFound(next, Optional.empty()));
    } catch (UntrustedException e) {
      return new BundleFound(current.orElseThrow(() -> e), Optional.of(message(e)));
    }
  }

  private static BundleFound follow(TrustBundle last, TrustBundle next, String name) {
    return switch (Succession.check(last, next)) {
      case Succession.Newer _ -> new BundleFound(next, Optional.empty());
      case Succession.Same _ -> new BundleFound(last, Optional.empty());
      case Succession.Regress(long from, long to) ->
          new BundleFound(
              last, Optional.of("ConfigMap %s: sequence %d after %d".formatted(name, to, from)));
      case Succession.Conflict(long sequence, String currentDigest, String nextDigest) ->
          new BundleFound(
              last,
              Optional.of(
                  "ConfigMap %s: sequence %d with %s, expected %s"
                      .formatted(name, sequence, nextDigest, currentDigest)));
    };
  }

  private static TrustBundle parse(TrustDomain trustDomain, ConfigMap stored)
      throws UntrustedException {
    Map<String, String> data = Objects.requireNonNullElse(stored.getData(), Map.of());
    String place = "ConfigMap " + stored.getMetadata().getName();
    String named = data.get(ObjectNames.BUNDLE_TRUST_DOMAIN_KEY);
    if (!trustDomain.name().equals(named)) {
      throw new UntrustedException(
          "%s, key %s: '%s', expected %s"
              .formatted(place, ObjectNames.BUNDLE_TRUST_DOMAIN_KEY, named, trustDomain));
    }
    String json = Objects.requireNonNullElse(data.get(ObjectNames.BUNDLE_JWKS_KEY), "");
    try {
      return TrustBundle.parseJwks(trustDomain, json.getBytes(UTF_8));
    } catch (BundleFormatException e) {
      throw new UntrustedException(
          "%s, key %s: %s".formatted(place, ObjectNames.BUNDLE_JWKS_KEY, e.getMessage()));
    }
  }

  private static String message(Exception e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  /** Why a peer, or a change of its bundle, is not taken. */
  private static final class UntrustedException extends Exception {
    private static final long serialVersionUID = 1L;

    UntrustedException(String message) {
      super(message);
    }
  }
}

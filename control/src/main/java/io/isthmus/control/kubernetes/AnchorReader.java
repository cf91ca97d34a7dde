package io.isthmus.control.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.Succession;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.federation.BundleMark;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which bundle of a trust domain is in force: the one that is there, or the last good one, if that
 * cannot be read or goes back. Used by one thread.
 */
final class AnchorReader {
  private Map<TrustDomain, TrustBundle> lastGood = Map.of();

  /** The bundle in force, and what is wrong with a newer document. */
  record Found(TrustBundle bundle, Optional<String> problem) {}

  /** What the round that has just ended put in force. */
  void remember(Map<TrustDomain, TrustBundle> good) {
    lastGood = Map.copyOf(good);
  }

  Found find(TrustDomain trustDomain, AnchorSource source, List<ConfigMap> maps)
      throws UntrustedException {
    return switch (source) {
      case AnchorSource.OverLink(String link) -> {
        ConfigMap stored = overLink(link, maps);
        yield follow(trustDomain, nameOf(stored), () -> parse(trustDomain, stored));
      }
      case AnchorSource.FromEndpoint(String object, String uid) -> {
        String name = ObjectNames.federatedBundle(object);
        yield follow(
            trustDomain,
            "ConfigMap " + name,
            () -> parse(trustDomain, stored(name, map -> BundleMark.isOf(map, uid), maps)));
      }
      case AnchorSource.Inline inline ->
          follow(
              trustDomain,
              inline.toString(),
              () -> parse(trustDomain, inline.toString(), inline.jwks()));
    };
  }

  /** What the peer behind a Link publishes, whatever was in force before. */
  static TrustBundle published(TrustDomain trustDomain, String link, List<ConfigMap> maps)
      throws UntrustedException {
    return parse(trustDomain, overLink(link, maps));
  }

  /** Without its ConfigMap a peer is not trusted: the mirror controller took it away. */
  private static ConfigMap overLink(String link, List<ConfigMap> maps) throws UntrustedException {
    return stored(
        ObjectNames.peerTrustBundle(link),
        map ->
            Labels.TRUST_BUNDLE_PEER.equals(map.getMetadata().getLabels().get(Labels.TRUST_BUNDLE)),
        maps);
  }

  private static ConfigMap stored(
      String name, Predicate<ConfigMap> ofTheSource, List<ConfigMap> maps)
      throws UntrustedException {
    return maps.stream()
        .filter(map -> map.getMetadata().getName().equals(name))
        .filter(ofTheSource)
        .findFirst()
        .orElseThrow(() -> new UntrustedException("ConfigMap " + name + " is not there"));
  }

  private interface Document {
    TrustBundle read() throws UntrustedException;
  }

  private Found follow(TrustDomain trustDomain, String place, Document document)
      throws UntrustedException {
    Optional<TrustBundle> current = Optional.ofNullable(lastGood.get(trustDomain));
    try {
      TrustBundle next = document.read();
      return current
          .map(last -> succeed(last, next, place))
          .orElse(new Found(next, Optional.empty()));
    } catch (UntrustedException e) {
      return new Found(current.orElseThrow(() -> e), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private static Found succeed(TrustBundle last, TrustBundle next, String place) {
    return switch (Succession.check(last, next)) {
      case Succession.Newer _ -> new Found(next, Optional.empty());
      case Succession.Same _ -> new Found(last, Optional.empty());
      case Succession.Regress(long from, long to) ->
          new Found(last, Optional.of("%s: sequence %d after %d".formatted(place, to, from)));
      case Succession.Conflict(long sequence, String currentDigest, String nextDigest) ->
          new Found(
              last,
              Optional.of(
                  "%s: sequence %d with %s, expected %s"
                      .formatted(place, sequence, nextDigest, currentDigest)));
    };
  }

  private static TrustBundle parse(TrustDomain trustDomain, ConfigMap stored)
      throws UntrustedException {
    Map<String, String> data = Objects.requireNonNullElse(stored.getData(), Map.of());
    String place = nameOf(stored);
    String named = data.get(ObjectNames.BUNDLE_TRUST_DOMAIN_KEY);
    if (!trustDomain.name().equals(named)) {
      throw new UntrustedException(
          "%s, key %s: '%s', expected %s"
              .formatted(place, ObjectNames.BUNDLE_TRUST_DOMAIN_KEY, named, trustDomain));
    }
    return parse(
        trustDomain,
        place + ", key " + ObjectNames.BUNDLE_JWKS_KEY,
        Objects.requireNonNullElse(data.get(ObjectNames.BUNDLE_JWKS_KEY), ""));
  }

  private static TrustBundle parse(TrustDomain trustDomain, String place, String json)
      throws UntrustedException {
    try {
      return TrustBundle.parseJwks(trustDomain, json.getBytes(UTF_8));
    } catch (BundleFormatException e) {
      throw new UntrustedException(place + ": " + e.getMessage());
    }
  }

  private static String nameOf(ConfigMap map) {
    return "ConfigMap " + map.getMetadata().getName();
  }
}

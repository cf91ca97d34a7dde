package io.isthmus.certs;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** One bundle for each trust domain, kept apart: an anchor counts for its own domain only. */
public record BundleSet(Map<TrustDomain, TrustBundle> bundles) {
  public static final BundleSet EMPTY = new BundleSet(Map.of());

  public BundleSet {
    bundles = Map.copyOf(bundles);
    bundles.forEach((domain, bundle) -> {
      if (!bundle.trustDomain().equals(domain)) {
        throw new IllegalArgumentException(
            "bundle of %s filed under %s: expected its own trust domain"
                .formatted(bundle.trustDomain(), domain));
      }
    });
  }

  public static BundleSet of(TrustBundle... bundles) {
    BundleSet set = EMPTY;
    for (TrustBundle bundle : bundles) {
      set = set.with(bundle);
    }
    return set;
  }

  /**
   * Reads {@code {"trust_domains": {"<name>": <JWKS>, ...}}}, as Envoy's SPIFFE validator takes it.
   * One bundle that is none spoils the document: keep the last good set.
   */
  public static BundleSet parseJson(byte[] document) throws BundleFormatException {
    return TrustDomainsJson.read(document);
  }

  public byte[] toJson() {
    return TrustDomainsJson.write(this);
  }

  public Optional<TrustBundle> find(TrustDomain trustDomain) {
    return Optional.ofNullable(bundles.get(trustDomain));
  }

  /** This set with one bundle added or replaced. Whether it may be is for {@link Succession}. */
  public BundleSet with(TrustBundle bundle) {
    Map<TrustDomain, TrustBundle> changed = new HashMap<>(bundles);
    changed.put(bundle.trustDomain(), bundle);
    return new BundleSet(changed);
  }

  public BundleSet without(TrustDomain trustDomain) {
    Map<TrustDomain, TrustBundle> changed = new HashMap<>(bundles);
    changed.remove(trustDomain);
    return new BundleSet(changed);
  }

  public SortedSet<TrustDomain> trustDomains() {
    return new TreeSet<>(bundles.keySet());
  }
}

package io.isthmus.certs;

import java.util.Set;
import java.util.TreeSet;

/** Which identities are acceptable on the other side. There are no host names in a mesh. */
public sealed interface ExpectedPeer {
  boolean accepts(SpiffeId id);

  /** One of exactly these; an empty set accepts nobody. */
  record Exact(Set<SpiffeId> ids) implements ExpectedPeer {
    public Exact {
      ids = Set.copyOf(ids);
    }

    public static Exact of(SpiffeId id) {
      return new Exact(Set.of(id));
    }

    @Override
    public boolean accepts(SpiffeId id) {
      return ids.contains(id);
    }

    @Override
    public String toString() {
      return ids.size() == 1 ? ids.iterator().next().toString() : "one of " + new TreeSet<>(ids);
    }
  }

  /** Any service account of one namespace of one trust domain. */
  record InNamespace(TrustDomain trustDomain, String namespace) implements ExpectedPeer {
    @Override
    public boolean accepts(SpiffeId id) {
      return id.trustDomain().equals(trustDomain)
          && id.workload().filter(w -> w.namespace().equals(namespace)).isPresent();
    }

    @Override
    public String toString() {
      return "spiffe://" + trustDomain + "/ns/" + namespace + "/sa/*";
    }
  }

  /** Any identity of these trust domains; an empty set accepts nobody. */
  record AnyOf(Set<TrustDomain> trustDomains) implements ExpectedPeer {
    public AnyOf {
      trustDomains = Set.copyOf(trustDomains);
    }

    public static AnyOf of(TrustDomain trustDomain) {
      return new AnyOf(Set.of(trustDomain));
    }

    @Override
    public boolean accepts(SpiffeId id) {
      return trustDomains.contains(id.trustDomain());
    }

    @Override
    public String toString() {
      return "any identity of " + new TreeSet<>(trustDomains);
    }
  }
}

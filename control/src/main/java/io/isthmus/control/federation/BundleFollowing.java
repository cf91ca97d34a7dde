package io.isthmus.control.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Succession;
import io.isthmus.certs.TrustBundle;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one endpoint: fetches, judges by what is known, stores what is newer. What is stored
 * counts, since the other replica looks, too; what was seen in this process counts as well, so that
 * a bundle that somebody put back or deleted lets nothing old in. Used by one thread.
 */
final class BundleFollowing {
  private static final int ATTEMPTS = 5;
  private static final int CONFLICT = 409;
  private static final Logger LOG = LoggerFactory.getLogger(BundleFollowing.class);

  private final Sources sources;
  private Optional<TrustBundle> known = Optional.empty();

  /**
   * Where things come from and go to.
   *
   * @param inForce the bundles that proxies have, for servers of other trust domains
   */
  record Sources(
      FederatedBundleStore store,
      BundleClient client,
      Supplier<BundleSet> inForce,
      InstantSource clock) {}

  BundleFollowing(Sources sources) {
    this.sources = sources;
  }

  Look look(FederatedDomain domain) throws InterruptedException {
    try {
      BundleEndpoint endpoint = BundleEndpoint.of(domain.endpoint());
      known = newest(sources.store().find(domain).bundle());
      byte[] document = sources.client().fetch(endpoint.url(), trust(domain, endpoint));
      take(domain, parse(domain, document));
      return new Look.Good(known.orElseThrow());
    } catch (FetchFailedException e) {
      return new Look.Failed(e.failure(), String.valueOf(e.getMessage()), known);
    } catch (KubernetesClientException e) {
      LOG.atWarn()
          .addKeyValue("trust_domain", domain.trustDomain())
          .addKeyValue("problem", e.getMessage())
          .log("a fetched bundle was not read or stored");
      return new Look.Failed(
          FetchFailure.NOT_STORED,
          // its code alone: messages of lost connections are never the same
          e.getCode() == 0 ? "no API server" : "the API server answers " + e.getCode(),
          known);
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("trust_domain", domain.trustDomain())
          .setCause(e)
          .log("a bundle endpoint was not looked at");
      return new Look.Failed(
          FetchFailure.NOT_STORED, "unexpected " + e.getClass().getSimpleName(), known);
    }
  }

  private X509ExtendedTrustManager trust(FederatedDomain domain, BundleEndpoint endpoint)
      throws FetchFailedException {
    return switch (endpoint.profile()) {
      case BundleEndpoint.Profile.Spiffe(SpiffeId id) ->
          ServerTrust.spiffe(id, bundleOf(domain, id), sources.clock());
      case BundleEndpoint.Profile.Web(var authorities) -> ServerTrust.web(authorities);
    };
  }

  private TrustBundle bundleOf(FederatedDomain domain, SpiffeId server)
      throws FetchFailedException {
    if (!server.trustDomain().equals(domain.trustDomain())) {
      return sources
          .inForce()
          .get()
          .find(server.trustDomain())
          .orElseThrow(() ->
              new FetchFailedException(
                  FetchFailure.NO_BUNDLE_OF_SERVER,
                  "no bundle of %s is in force, to verify %s with"
                      .formatted(server.trustDomain(), server)));
    }
    if (known.isPresent()) {
      return known.get();
    }
    return bootstrap(domain)
        .orElseThrow(() ->
            new FetchFailedException(
                FetchFailure.NO_BOOTSTRAP,
                "no bundle of %s is known, to verify %s with"
                    .formatted(domain.trustDomain(), server)));
  }

  private static Optional<TrustBundle> bootstrap(FederatedDomain domain)
      throws FetchFailedException {
    if (domain.endpoint().bootstrap() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          TrustBundle.parseJwks(
              domain.trustDomain(), domain.endpoint().bootstrap().jwks().getBytes(UTF_8)));
    } catch (BundleFormatException e) {
      throw new FetchFailedException(
          FetchFailure.INVALID_ENDPOINT,
          "bootstrap: " + FetchFailedException.shown(String.valueOf(e.getMessage())),
          e);
    }
  }

  private static TrustBundle parse(FederatedDomain domain, byte[] document)
      throws FetchFailedException {
    try {
      return TrustBundle.parseJwks(domain.trustDomain(), document);
    } catch (BundleFormatException e) {
      throw new FetchFailedException(
          FetchFailure.UNPARSEABLE, FetchFailedException.shown(String.valueOf(e.getMessage())), e);
    }
  }

  /** Two writers may meet: the loser of a conflict looks at what the other wrote. */
  private void take(FederatedDomain domain, TrustBundle next) throws FetchFailedException {
    for (int attempt = 1; ; attempt++) {
      try {
        takeOnce(domain, next);
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void takeOnce(FederatedDomain domain, TrustBundle next) throws FetchFailedException {
    FederatedBundleStore.Stored stored = sources.store().find(domain);
    known = newest(stored.bundle());
    Optional<TrustBundle> floor = known.isPresent() ? known : numbered(bootstrap(domain));
    if (floor.isPresent()) {
      follow(floor.get(), next);
    }
    boolean isStored =
        stored
            .bundle()
            .filter(there -> Succession.check(there, next) instanceof Succession.Same)
            .isPresent();
    if (!isStored) {
      sources.store().write(domain, stored, next);
      LOG.atInfo()
          .addKeyValue("trust_domain", domain.trustDomain())
          .addKeyValue("sequence", next.sequence())
          .addKeyValue("anchors", next.anchors().size())
          .log("bundle fetched");
    }
    known = Optional.of(next);
  }

  /** A bootstrap without a sequence says nothing about what comes after it. */
  private static Optional<TrustBundle> numbered(Optional<TrustBundle> bootstrap) {
    return bootstrap.filter(bundle -> bundle.sequence() > 0);
  }

  private static void follow(TrustBundle current, TrustBundle next) throws FetchFailedException {
    switch (Succession.check(current, next)) {
      case Succession.Newer _, Succession.Same _ -> {}
      case Succession.Regress(long from, long to) ->
          throw new FetchFailedException(
              FetchFailure.SEQUENCE_REGRESSED,
              "serves sequence %d: expected at least %d".formatted(to, from));
      case Succession.Conflict(long sequence, String ours, String theirs) ->
          throw new FetchFailedException(
              FetchFailure.SEQUENCE_CONFLICT,
              "serves %s under sequence %d: expected %s".formatted(theirs, sequence, ours));
    }
  }

  private Optional<TrustBundle> newest(Optional<TrustBundle> stored) {
    if (stored.isPresent() && known.isPresent()) {
      return stored.get().sequence() >= known.get().sequence() ? stored : known;
    }
    return stored.isPresent() ? stored : known;
  }
}

package io.isthmus.control.authority;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.watch.Rounds;
import java.net.HttpURLConnection;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authority as it is stored now: read again whenever its objects change, by whomever. What
 * cannot be read leaves the last good one in force; a bundle that somebody edited or deleted is
 * published again. Reads happen on the executor, one at a time; {@code current()} on any thread.
 */
public final class LiveAuthority implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveAuthority.class);

  private static final Duration OFFERS_LOOKED_AT = Duration.ofSeconds(5);

  private final AuthorityStore store;
  private final Rounds rounds;
  private final InstantSource clock;
  private final List<Runnable> subscribers = new CopyOnWriteArrayList<>();
  private volatile State state;
  private volatile Optional<String> problem = Optional.empty();
  private volatile Optional<String> offerProblem = Optional.empty();
  private Optional<OfferedIssuer> offered = Optional.empty();
  private Instant offersLookedAt = Instant.MIN;
  private volatile @Nullable AuthorityWatch watch;

  private record State(Authority authority, PeerVerifier verifier) {}

  /**
   * @param executor of one thread
   */
  public LiveAuthority(
      AuthorityStore store, Authority first, Executor executor, InstantSource clock) {
    this.store = store;
    this.rounds = new Rounds(executor);
    this.clock = clock;
    this.state = state(first);
  }

  public Authority current() {
    return state.authority();
  }

  /**
   * What leaves come from now.
   *
   * @throws IllegalStateException while it is lost, or has expired or is revoked and its successor
   *     is not stored yet
   */
  public Issuer issuer() {
    Authority now = current();
    String issuer = Fingerprint.of(now.issuer().certificate());
    if (!now.issuer().holdsKey()) {
      throw new IllegalStateException(
          "the issuer under the root %s is lost, and no other one is in use yet: see the condition Held of the TrustDomain"
              .formatted(issuer));
    }
    if (now.isRevoked(now.issuer())) {
      throw new IllegalStateException(
          "the issuer %s is revoked and its successor is not stored yet: see the control plane's log"
              .formatted(issuer));
    }
    if (now.issuer().hasExpired()) {
      throw new IllegalStateException(
          "the issuer %s has expired at %s and its successor is not stored yet: see the control plane's log"
              .formatted(issuer, now.issuer().certificate().getNotAfter().toInstant()));
    }
    return now.issuer();
  }

  /** Whether what is in force can be put right, at once, by {@link #refresh}. */
  public boolean isRefreshDue() {
    Issuer issuer = current().issuer();
    return problem.isPresent() || issuer.holdsKey() && issuer.hasExpired();
  }

  /**
   * Before anything is served: puts another in the place of an issuer that has expired. Throws,
   * with what prevents that, where no issuer is left by which this process would be believed.
   */
  public void ensureUsable() throws AuthorityException {
    if (isRefreshDue()) {
      refresh();
    }
    if (current().issuers().all().stream().noneMatch(LiveAuthority::signs)) {
      throw new AuthorityException(problem.orElse("every issuer has expired, or is lost"));
    }
  }

  private static boolean signs(Issuer issuer) {
    return issuer.holdsKey() && !issuer.hasExpired();
  }

  /** The certificate of {@link #issuer}; empty while nothing is issued. */
  public Optional<X509Certificate> signer() {
    Authority now = current();
    return Optional.of(now.issuer())
        .filter(issuer -> signs(issuer) && !now.isRevoked(issuer))
        .map(Issuer::certificate);
  }

  /**
   * What canary leaves come from: the issuer that waits to be switched to, while verifiers are told
   * to trust it.
   */
  public Optional<Issuer> canaryIssuer() {
    Authority now = current();
    return now.rotation().phase() == Phase.DUAL_TRUST
        ? now.issuers().next().filter(Issuer::holdsKey)
        : Optional.empty();
  }

  /**
   * What the server's own certificate comes from. Until all leaves are renewed it is the old one:
   * proxies know the control plane by a file, which may come later than what they are pushed, and a
   * renewed leaf shows that it has come. Where that one is lost it is the other: who knows it by
   * now gets configuration.
   */
  public Issuer serverIssuer() {
    Authority now = current();
    Issuer wanted =
        now.rotation().phase() == Phase.SWITCHED
            ? now.issuers().previous().orElse(now.issuer())
            : now.issuer();
    return Stream.concat(Stream.of(wanted), now.issuers().all().stream())
        .filter(LiveAuthority::signs)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("every issuer has expired, or is lost"));
  }

  /** Holds callers against the bundle that is published. */
  public PeerVerifier verifier() {
    return state.verifier();
  }

  /** Why the stored authority is not the one in force; for people. */
  public Optional<String> problem() {
    return problem;
  }

  /** As {@link AuthorityStore#makeIssuer}; the executor's thread, as all that writes. */
  public Issuer makeIssuer(Authority seen, Rotation.Kind kind, String id)
      throws AuthorityException {
    return store.makeIssuer(seen, kind, id);
  }

  /** As {@link AuthorityStore#change}, and reads again. */
  public void change(Authority seen, Roles<Issuer> issuers, Rotation rotation)
      throws AuthorityException {
    store.change(seen, issuers, rotation);
    refresh();
  }

  /** As {@link AuthorityStore#tidy}, and reads again. */
  public void tidy(Authority seen) throws AuthorityException {
    store.tidy(seen);
    refresh();
  }

  /**
   * What an operator offers in place of the active issuer; looked at every {@link
   * #OFFERS_LOOKED_AT}. What is not good is not taken, and {@link #offerProblem} says why. The
   * executor's thread.
   */
  public Optional<OfferedIssuer> offered() {
    Instant now = clock.instant();
    if (now.isBefore(offersLookedAt.plus(OFFERS_LOOKED_AT))) {
      return offered;
    }
    offersLookedAt = now;
    if (!current().lost().isEmpty()) {
      refresh(); // for what is offered in its place
    }
    try {
      Authority seen = current();
      offered =
          store
              .offered(seen)
              .filter(it -> !it.issuer().certificate().equals(seen.issuer().certificate()));
      offerProblem = Optional.empty();
    } catch (AuthorityException e) {
      refuseOffer(e);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        refuseOffer(e);
      } else { // says nothing of what is offered
        LOG.atWarn().addKeyValue("reason", e.getMessage()).log("offered issuer not read");
      }
    }
    return offered;
  }

  private void refuseOffer(Exception reason) {
    String text = reason.getMessage() + ": the issuer in use stays";
    if (!offerProblem.equals(Optional.of(text))) {
      LOG.atError().addKeyValue("problem", text).log("offered issuer refused");
    }
    offered = Optional.empty();
    offerProblem = Optional.of(text);
  }

  /** Why what an operator offers is not taken; for people. */
  public Optional<String> offerProblem() {
    return offerProblem;
  }

  /** Hears of each later authority, on the executor. */
  public void subscribe(Runnable subscriber) {
    subscribers.add(subscriber);
  }

  /** Reads again whenever what is stored changes. */
  public void watch(KubernetesClient client, Mesh mesh) {
    AuthorityWatch made = new AuthorityWatch(client, mesh, this::refreshSoon);
    watch = made;
    made.start();
  }

  /** Reads again on the executor; any thread. */
  public void refreshSoon() {
    rounds.ask(this::refresh);
  }

  /**
   * Reads again, and puts another in the place of what is revoked or has expired; the executor's
   * thread.
   */
  public void refresh() {
    try {
      take(store.load(Optional.of(current())));
      // verifiers are told first: whatever becomes of the issuers, what is revoked is not believed
      while (store.replaceUnusable(current())) {
        take(store.load(Optional.of(current())));
      }
      problem = Optional.empty();
    } catch (AuthorityException | RuntimeException e) {
      String text = String.valueOf(e.getMessage());
      if (!problem.equals(Optional.of(text))) {
        LOG.atError().addKeyValue("problem", text).log("the authority in force stays");
      }
      problem = Optional.of(text);
    }
  }

  private void take(Authority next) {
    if (!next.isSameAs(current())) {
      state = state(next);
      LOG.atInfo()
          .addKeyValue("bundle_sequence", next.bundle().sequence())
          .addKeyValue("bundle_digest", next.bundle().digest())
          .addKeyValue("revoked", next.bundle().revoked().size())
          .addKeyValue("phase", next.rotation().phase().word())
          .log("authority changed");
      subscribers.forEach(Runnable::run);
    }
  }

  private State state(Authority authority) {
    return new State(authority, new PeerVerifier(BundleSet.of(authority.bundle()), clock));
  }

  @Override
  public void close() {
    AuthorityWatch started = watch;
    if (started != null) {
      started.close();
    }
  }
}

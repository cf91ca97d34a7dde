package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.control.state.Mesh;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
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
  private final Executor executor;
  private final InstantSource clock;
  private final List<Runnable> subscribers = new CopyOnWriteArrayList<>();
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile State state;
  private volatile Optional<String> problem = Optional.empty();
  private volatile Optional<String> offerProblem = Optional.empty();
  private Optional<OfferedIssuer> offered = Optional.empty();
  private Instant offersLookedAt = Instant.MIN;
  private volatile List<SharedIndexInformer<?>> informers = List.of();

  private record State(Authority authority, PeerVerifier verifier) {}

  /**
   * @param executor of one thread
   */
  public LiveAuthority(
      AuthorityStore store, Authority first, Executor executor, InstantSource clock) {
    this.store = store;
    this.executor = executor;
    this.clock = clock;
    this.state = state(first);
  }

  public Authority current() {
    return state.authority();
  }

  /**
   * What leaves come from now.
   *
   * @throws IllegalStateException while it is revoked and its successor is not stored yet
   */
  public Issuer issuer() {
    Authority now = current();
    if (now.isRevoked(now.issuer())) {
      throw new IllegalStateException(
          "the issuer %s is revoked and its successor is not stored yet: see the control plane's log"
              .formatted(Fingerprint.of(now.issuer().certificate())));
    }
    return now.issuer();
  }

  /**
   * What canary leaves come from: the issuer that waits to be switched to, while verifiers are told
   * to trust it.
   */
  public Optional<Issuer> canaryIssuer() {
    Authority now = current();
    return now.rotation().phase() == Phase.DUAL_TRUST ? now.issuers().next() : Optional.empty();
  }

  /**
   * What the server's own certificate comes from. Until all leaves are renewed it is the old one:
   * proxies know the control plane by a file, which may come later than what they are pushed, and a
   * renewed leaf shows that it has come.
   */
  public Issuer serverIssuer() {
    Authority now = current();
    return now.rotation().phase() == Phase.SWITCHED
        ? now.issuers().previous().orElse(now.issuer())
        : now.issuer();
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
    try {
      Authority seen = current();
      offered =
          store
              .offered(seen)
              .filter(it -> !it.issuer().certificate().equals(seen.issuer().certificate()));
      offerProblem = Optional.empty();
    } catch (AuthorityException | KubernetesClientException e) {
      String text = e.getMessage() + ": the issuer in use stays";
      if (!offerProblem.equals(Optional.of(text))) {
        LOG.atError().addKeyValue("problem", text).log("offered issuer refused");
      }
      offered = Optional.empty();
      offerProblem = Optional.of(text);
    }
    return offered;
  }

  /** Why what an operator offers is not taken; for people. */
  public Optional<String> offerProblem() {
    return offerProblem;
  }

  /** Hears of each later authority, on the executor. */
  public void subscribe(Runnable subscriber) {
    subscribers.add(subscriber);
  }

  /** Watches the two Secrets, the bundle and what is revoked, each by its name. */
  public void watch(KubernetesClient client, Mesh mesh) {
    String namespace = mesh.systemNamespace();
    informers =
        List.of(
            informer(client.secrets().inNamespace(namespace).withName(ObjectNames.ROOT_SECRET)),
            informer(client.secrets().inNamespace(namespace).withName(ObjectNames.ISSUER_SECRET)),
            bundle(client.configMaps().inNamespace(namespace).withName(ObjectNames.TRUST_BUNDLE)),
            revoked(client.resources(TrustDomain.class).withName(mesh.cluster())));
    informers.forEach(SharedIndexInformer::start);
  }

  private SharedIndexInformer<Secret> informer(Resource<Secret> named) {
    return prepare(named.runnableInformer(0), LiveAuthority::always);
  }

  private SharedIndexInformer<ConfigMap> bundle(Resource<ConfigMap> named) {
    return prepare(named.runnableInformer(0), LiveAuthority::always);
  }

  /** Of the TrustDomain, whose status is written every few seconds, only what is revoked. */
  private SharedIndexInformer<TrustDomain> revoked(Resource<TrustDomain> named) {
    return prepare(
        named.runnableInformer(0),
        (before, after) -> !before.getSpec().revoked().equals(after.getSpec().revoked()));
  }

  private static boolean always(HasMetadata before, HasMetadata after) {
    return true;
  }

  private <T extends HasMetadata> SharedIndexInformer<T> prepare(
      SharedIndexInformer<T> informer, BiPredicate<? super T, ? super T> differs) {
    informer.exceptionHandler((started, error) -> {
      LOG.atWarn()
          .addKeyValue("type", informer.getApiTypeClass().getSimpleName())
          .addKeyValue("problem", error.getMessage())
          .log("cannot watch the authority, trying again");
      return true;
    });
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(T object) {
            refreshSoon();
          }

          @Override
          public void onUpdate(T before, T after) {
            if (differs.test(before, after)) {
              refreshSoon();
            }
          }

          @Override
          public void onDelete(T object, boolean stateUnknown) {
            refreshSoon();
          }
        });
    return informer;
  }

  /** Reads again on the executor; any thread. */
  public void refreshSoon() {
    if (asked.compareAndSet(false, true)) {
      try {
        executor.execute(() -> {
          asked.set(false);
          refresh();
        });
      } catch (RejectedExecutionException e) {
        LOG.debug("the authority is not read again: the process is ending");
      }
    }
  }

  /** Reads again, and takes away what is revoked; the executor's thread. */
  public void refresh() {
    try {
      take(store.load());
      // verifiers are told first: whatever becomes of the issuers, what is revoked is not believed
      while (store.withdrawRevoked(current())) {
        take(store.load());
      }
      problem = Optional.empty();
    } catch (AuthorityException | KubernetesClientException e) {
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
    informers.forEach(SharedIndexInformer::stop);
  }
}

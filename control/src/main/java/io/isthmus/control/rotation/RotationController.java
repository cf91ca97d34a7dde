package io.isthmus.control.rotation;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.FirstTen;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.AuthorityException;
import io.isthmus.control.authority.AuthorityForm;
import io.isthmus.control.authority.LiveAuthority;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the plan's next move, again and again. Each move is a compare-and-swap on what it was
 * decided on, so replicas that decide at once are as one of them, and one that wakes late moves
 * nothing. {@link #round} is for one thread.
 */
public final class RotationController {
  /** How often to look. */
  public static final Duration PERIOD = Duration.ofSeconds(1);

  private static final int CONFLICT = 409;
  private static final Logger LOG = LoggerFactory.getLogger(RotationController.class);

  private final LiveAuthority authority;
  private final Sources sources;
  private final RotationObserver observer;
  private final InstantSource clock;
  private final Instant started;
  private final Settling settling = new Settling();
  private volatile List<String> waitingFor = List.of();

  /**
   * What moves are decided on.
   *
   * @param own this cluster's TrustDomain
   * @param form in force
   * @param leafLifetime of the longest-lived leaf
   * @param served whether others can fetch the bundle
   */
  public record Sources(
      String cluster,
      Supplier<Optional<TrustDomain>> own,
      Supplier<List<Link>> links,
      Supplier<AuthorityForm> form,
      Supplier<Duration> leafLifetime,
      boolean served) {}

  public RotationController(
      LiveAuthority authority, Sources sources, RotationObserver observer, InstantSource clock) {
    this.authority = authority;
    this.sources = sources;
    this.observer = observer;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** Why the rotation stays in its phase, at most eleven lines; any thread. */
  public List<String> waitingFor() {
    return waitingFor;
  }

  /** Never throws: it is run again and again. */
  public void round() {
    try {
      Optional<TrustDomain> own = sources.own().get();
      if (own.isPresent()) {
        move(own.get());
      }
    } catch (AuthorityException | KubernetesClientException e) {
      // most often somebody else was faster; what is stored is looked at again
      LOG.atInfo().addKeyValue("problem", e.getMessage()).log("rotation: not moved, trying again");
      if (e instanceof KubernetesClientException refused && refused.getCode() != CONFLICT) {
        waitingFor = List.of("the API server to take the next move: " + refused.getMessage());
      }
      authority.refreshSoon();
    } catch (RuntimeException e) {
      LOG.error("rotation: not moved, trying again", e);
    }
  }

  private void move(TrustDomain own) throws AuthorityException {
    Authority seen = authority.current();
    Instant now = clock.instant();
    Stored stored = stored(seen);
    Wish wish =
        AutomaticRotation.onto(
            Reports.wish(own.getSpec().rotation()),
            new AutomaticRotation.Present(seen, sources.form().get(), authority.offered()),
            now);
    Move move =
        RotationPlan.next(
            stored,
            wish,
            new Seen(
                Reports.of(sources.cluster(), own, sources.links().get(), now),
                settling.since(stored, now),
                now));
    settling.decided(move, stored, now);
    waitingFor =
        FirstTen.of(
            Stream.concat(
                    LostIssuer.told(seen, sources.form().get()).stream(),
                    move.waitingFor().stream())
                .toList());
    observer.looked(new RotationObserver.Look(own, seen.rotation(), wish, move));
    make(move, seen, now);
  }

  private void make(Move move, Authority seen, Instant now) throws AuthorityException {
    switch (move) {
      case Move.Rest(), Move.Hold(List<String> _), Move.Settle(List<String> _) -> {
        if (seen.rotation().phase() == Phase.STEADY && seen.isUntidy()) {
          authority.tidy(seen);
        }
      }
      case Move.InUse(List<String> _) -> {
        Duration unnoted = Duration.between(seen.rotation().otherLastUsed(), now);
        if (unnoted.compareTo(RotationPlan.useNoted(sources.leafLifetime().get())) >= 0) {
          change(seen, move, now);
        }
      }
      case Move.Begin(Rotation.Kind kind, String id) -> {
        Issuer made = authority.makeIssuer(seen, kind, id);
        change(seen, move, now, () -> made);
      }
      case Move.Enter(Phase _), Move.Exchange(Phase _), Move.Forget() -> change(seen, move, now);
    }
  }

  private void change(Authority seen, Move move, Instant now) throws AuthorityException {
    change(
        seen,
        move,
        now,
        () -> {
          throw new IllegalStateException("only a begin makes an issuer");
        });
  }

  private void change(Authority seen, Move move, Instant now, Supplier<Issuer> make)
      throws AuthorityException {
    Move.After<Issuer> after = move.apply(seen.issuers(), seen.rotation(), now, make);
    authority.change(seen, after.roles(), after.rotation());
  }

  private Stored stored(Authority seen) {
    return new Stored(
        sources.cluster(),
        seen.rotation(),
        signer(seen, seen.issuer()),
        seen.issuers().other().map(other -> signer(seen, other)),
        new Generation(seen.bundle().sequence(), seen.bundle().digest()),
        sources.leafLifetime().get(),
        sources.served()
            ? Optional.of(new Stored.Polling(seen.bundle().refreshHint(), started))
            : Optional.empty());
  }

  private static Stored.Signer signer(Authority seen, Issuer issuer) {
    String anchor = Fingerprint.of(seen.rootOf(issuer).certificate());
    return issuer.holdsKey()
        ? new Stored.Signer(
            Fingerprint.of(issuer.certificate()),
            anchor,
            issuer.certificate().getNotBefore().toInstant())
        : Stored.Signer.lost(anchor);
  }
}

package io.isthmus.control.rotation;

import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.kubernetes.Events;
import io.isthmus.control.kubernetes.Events.News;
import io.isthmus.control.rotation.RotationObserver.Look;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is new of a rotation, for Events on the TrustDomain: each phase that is entered, that it
 * goes back, and that it is held for more than a minute. Phases of before the start are not news.
 * Used by one thread.
 */
public final class RotationNews {
  /** To be held for a moment is the usual thing. */
  private static final Duration HELD = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final Instant started;
  private String phaseSaid = "";
  private String holdSaid = "";
  private boolean goesBack;
  private @Nullable Stay stay;

  /** Held in one state, since that was first seen. */
  private record Stay(String state, Instant since) {}

  public RotationNews(InstantSource clock) {
    this.clock = clock;
    this.started = clock.instant();
  }

  public List<News> of(Look look) {
    Rotation rotation = look.rotation();
    String state = "%s %s %s".formatted(rotation.id(), rotation.phase().word(), rotation.since());
    List<News> news = new ArrayList<>();
    if (!phaseSaid.equals(state) && !rotation.since().isBefore(started)) {
      phaseSaid = state;
      news.add(new News(Events.Type.NORMAL, rotation.phase().word(), entered(look), state));
    }
    boolean back = isBack(look) && rotation.phase() != Phase.STEADY;
    if (back && !goesBack) {
      news.add(
          new News(
              Events.Type.WARNING, "Aborting", stays(look, "goes back from"), state + " back"));
    }
    goesBack = back;
    String hold = state + " held " + look.wish().request().map(Wish.Request::id).orElse("");
    if (isHeld(look.move(), hold) && !holdSaid.equals(hold)) {
      holdSaid = hold;
      news.add(new News(Events.Type.WARNING, "Held", stays(look, "stays in"), hold));
    }
    return news;
  }

  private static boolean isBack(Look look) {
    return look.wish().direction() == Wish.Direction.BACK;
  }

  private boolean isHeld(Move move, String state) {
    Stay before = stay;
    boolean waits = move instanceof Move.Hold || move instanceof Move.InUse;
    if (!waits) {
      stay = null;
    } else if (before == null || !before.state().equals(state)) {
      stay = new Stay(state, clock.instant());
    }
    return waits
        && before != null
        && before.state().equals(state)
        && !clock.instant().isBefore(before.since().plus(HELD));
  }

  private static String entered(Look look) {
    return "rotation %s of the %s: %s%s"
        .formatted(
            look.rotation().id(), look.rotation().kind().word(), done(look), waiting(look.move()));
  }

  private static String stays(Look look, String how) {
    return "rotation %s %s %s%s"
        .formatted(look.rotation().id(), how, look.rotation().phase().word(), waiting(look.move()));
  }

  private static String done(Look look) {
    return switch (look.rotation().phase()) {
      case STEADY -> "it has ended, one authority is left";
      case PREPARED ->
          isBack(look)
              ? "the next anchor is taken back from the bundle"
              : "the next authority is made and stored";
      case DUAL_TRUST -> "all anchors are published, leaves come from the old issuer";
      case SWITCHED -> "leaves come from the new issuer";
      case DRAINING -> "all leaves are of the new issuer, the old anchor stays for what uses it";
      case RETIRED -> "the bundle has the new anchor alone";
    };
  }

  private static String waiting(Move move) {
    return move.waitingFor().isEmpty()
        ? ""
        : "; waits for: " + String.join("; ", move.waitingFor());
  }
}

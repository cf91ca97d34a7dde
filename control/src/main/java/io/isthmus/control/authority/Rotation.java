package io.isthmus.control.authority;

import java.time.Instant;

/**
 * A rotation under way, or the last one.
 *
 * @param id by which it was asked for; empty when there was none yet
 * @param since when the phase was entered
 * @param otherLastUsed when somebody was last known to depend on the issuer that is not active: the
 *     old one after the switch, the new one after a switch back; {@link Instant#EPOCH} for one that
 *     never issued
 */
public record Rotation(String id, Kind kind, Phase phase, Instant since, Instant otherLastUsed) {

  /** What is replaced. */
  public enum Kind {
    /** The root, and the issuer with it. */
    ROOT("Root"),
    /** The issuer, under the same root. */
    ISSUER("Issuer");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As it is written in resources. */
    public String word() {
      return word;
    }
  }

  /** Before the first. */
  public static final Rotation NONE =
      new Rotation("", Kind.ISSUER, Phase.STEADY, Instant.EPOCH, Instant.EPOCH);

  public static Rotation begun(String id, Kind kind, Instant now) {
    return new Rotation(id, kind, Phase.PREPARED, now, Instant.EPOCH);
  }

  /**
   * What the issuers alone show, when nothing says how far their rotation was: phases that trust
   * both, from where all is waited for again; and of the two kinds the one that waits for more.
   *
   * @param id of the rotation that was begun last, which does not begin again
   */
  public static Rotation shownBy(Roles<?> issuers, String id, Instant now) {
    if (issuers.other().isEmpty()) {
      return new Rotation(id, NONE.kind(), Phase.STEADY, NONE.since(), NONE.otherLastUsed());
    }
    Phase phase = issuers.next().isPresent() ? Phase.DUAL_TRUST : Phase.DRAINING;
    return new Rotation(id, Kind.ROOT, phase, now, now);
  }

  /** In another phase from {@code now} on, under the same issuer. */
  public Rotation in(Phase next, Instant now) {
    return new Rotation(id, kind, next, now, otherLastUsed);
  }

  /** In another phase, with the issuers' roles exchanged {@code now}. */
  public Rotation exchanged(Phase next, Instant now) {
    return new Rotation(id, kind, next, now, now);
  }

  /** With the issuers' roles exchanged {@code now}: on the other side of the switch. */
  Rotation exchanged(Instant now) {
    return exchanged(phase.isSwitched() ? Phase.DUAL_TRUST : Phase.SWITCHED, now);
  }

  /** Over, wherever it was; before the first it stays as it is. */
  Rotation ended(Instant now) {
    return phase == Phase.STEADY ? this : in(Phase.STEADY, now);
  }

  public Rotation otherUsed(Instant at) {
    return new Rotation(id, kind, phase, since, at);
  }
}

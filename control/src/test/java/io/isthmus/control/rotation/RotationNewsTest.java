package io.isthmus.control.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.trust.TrustDomain;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.kubernetes.Events.News;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RotationNewsTest {
  private static final Move HOLD = new Move.Hold(List.of("west/shop/web-1 (sequence 6, 4 s ago)"));

  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private final RotationNews news = new RotationNews(() -> now);
  private Rotation rotation = Rotation.begun("r1", Rotation.Kind.ROOT, now);
  private Wish.Direction direction = Wish.Direction.FORWARD;

  private List<News> look(Move move) {
    return news.of(
        new RotationObserver.Look(
            new TrustDomain(),
            rotation,
            new Wish(
                Optional.of(new Wish.Request(Rotation.Kind.ROOT, "r1")),
                direction,
                Set.of(),
                Set.of()),
            move));
  }

  private void enter(Phase phase) {
    rotation = rotation.in(phase, now);
  }

  @Test
  void eachPhaseIsNewsOnceAndSaysWhatWasDoneAndWhatIsWaitedFor() {
    assertThat(look(new Move.Enter(Phase.DUAL_TRUST)))
        .singleElement()
        .satisfies(said -> assertThat(said.reason()).isEqualTo("Prepared"));
    enter(Phase.DUAL_TRUST);
    assertThat(look(HOLD))
        .singleElement()
        .satisfies(said -> {
          assertThat(said.reason()).isEqualTo("DualTrust");
          assertThat(said.message())
              .startsWith("rotation r1 of the Root: all anchors are published")
              .endsWith("waits for: west/shop/web-1 (sequence 6, 4 s ago)");
        });
    assertThat(look(HOLD)).isEmpty();
  }

  @Test
  void replicasSayThePhaseByTheSameName() {
    List<News> mine = look(HOLD);
    List<News> theirs =
        new RotationNews(() -> rotation.since())
            .of(new RotationObserver.Look(new TrustDomain(), rotation, Wish.NOTHING, HOLD));
    assertThat(theirs).extracting(News::once).isEqualTo(mine.stream().map(News::once).toList());
  }

  @Test
  void holdIsNewsAfterAMinute() {
    look(HOLD);
    now = now.plusSeconds(59);
    assertThat(look(HOLD)).isEmpty();
    now = now.plusSeconds(1);
    assertThat(look(HOLD)).extracting(News::reason).containsExactly("Held");
    now = now.plusSeconds(600);
    assertThat(look(HOLD)).isEmpty();
    look(new Move.Settle(List.of("time")));
    enter(Phase.SWITCHED);
    look(HOLD);
    now = now.plusSeconds(60);
    assertThat(look(HOLD)).extracting(News::reason).containsExactly("Held");
  }

  @Test
  void goingBackIsNewsEachTimeItIsTurned() {
    look(HOLD);
    direction = Wish.Direction.BACK;
    assertThat(look(HOLD)).extracting(News::reason).containsExactly("Aborting");
    assertThat(look(HOLD)).isEmpty();
    direction = Wish.Direction.FORWARD;
    assertThat(look(HOLD)).isEmpty();
    direction = Wish.Direction.BACK;
    assertThat(look(HOLD)).extracting(News::reason).containsExactly("Aborting");
  }

  @Test
  void whatWasEnteredBeforeTheStartIsNoNews() {
    rotation = Rotation.begun("r1", Rotation.Kind.ROOT, now.minusSeconds(1));
    assertThat(look(HOLD)).isEmpty();
  }
}

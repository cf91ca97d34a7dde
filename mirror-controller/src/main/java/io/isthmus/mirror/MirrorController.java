package io.isthmus.mirror;

import io.isthmus.mirror.leader.Election;
import io.isthmus.mirror.leader.Leadership;
import io.isthmus.mirror.link.LinkSupervisor;
import io.isthmus.mirror.link.Surroundings;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a leader does: it follows the Links for as long as it leads. Thread-safe. */
final class MirrorController implements Election.Work {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorController.class);
  private final Function<Leadership, Surroundings> surroundings;
  private volatile Optional<Term> term = Optional.empty();

  private record Term(Surroundings around, LinkSupervisor links) {}

  /** The surroundings are made anew for each term, around the term's fence. */
  MirrorController(Function<Leadership, Surroundings> surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public synchronized void start(Leadership leadership) {
    Surroundings around = surroundings.apply(leadership);
    LinkSupervisor links = new LinkSupervisor(around);
    term = Optional.of(new Term(around, links));
    around.metrics().leading();
    LOG.atInfo().log("leading: following the links");
    links.start();
  }

  @Override
  public synchronized void stop() {
    term.ifPresent(ending -> {
      ending.around().metrics().following();
      ending.links().close();
      LOG.atInfo().log("no longer leading");
    });
    term = Optional.empty();
  }

  /** A follower is ready; a leader is when it has listed what is here. */
  boolean isReady() {
    return term.map(current -> current.links().isReady()).orElse(true);
  }
}

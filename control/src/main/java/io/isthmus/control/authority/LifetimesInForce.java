package io.isthmus.control.authority;

import io.isthmus.api.trust.TrustDomain;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lifetimes of the own TrustDomain as it is now, for whatever is made next. Ones that cannot be
 * read leave the last good ones in force. Followed on one thread; read on any.
 */
public final class LifetimesInForce {
  private static final Logger LOG = LoggerFactory.getLogger(LifetimesInForce.class);

  private volatile Lifetimes current;
  private volatile Optional<String> problem = Optional.empty();

  /** Throws when there are no good ones to begin with: nothing is issued then. */
  public LifetimesInForce(TrustDomain own) throws AuthorityException {
    this.current = Lifetimes.of(own);
  }

  public Lifetimes current() {
    return current;
  }

  /** Why those of the TrustDomain are not in force; for people. */
  public Optional<String> problem() {
    return problem;
  }

  public void follow(TrustDomain own) {
    try {
      Lifetimes next = Lifetimes.of(own);
      if (!next.equals(current)) {
        LOG.atInfo()
            .addKeyValue("root", next.root())
            .addKeyValue("issuer", next.issuer())
            .addKeyValue("leaf", next.leaf())
            .log("lifetimes changed");
      }
      current = next;
      problem = Optional.empty();
    } catch (AuthorityException e) {
      Optional<String> found = Optional.of(e.getMessage() + ": the last good lifetimes stay");
      if (!found.equals(problem)) {
        LOG.atError().addKeyValue("problem", found.get()).log("lifetimes refused");
      }
      problem = found;
    }
  }
}

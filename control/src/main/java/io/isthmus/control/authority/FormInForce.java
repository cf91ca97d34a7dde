package io.isthmus.control.authority;

import io.isthmus.api.trust.TrustDomain;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the own TrustDomain says of its authority now, for whatever is made next. What cannot be
 * read leaves the last good in force. Followed on one thread; read on any.
 */
public final class FormInForce {
  private static final Logger LOG = LoggerFactory.getLogger(FormInForce.class);

  private volatile AuthorityForm current;
  private volatile Optional<String> problem = Optional.empty();

  /** Throws when there is no good one to begin with: nothing is issued then. */
  public FormInForce(TrustDomain own) throws AuthorityException {
    this.current = AuthorityForm.of(own);
  }

  public AuthorityForm current() {
    return current;
  }

  /** Why that of the TrustDomain is not in force; for people. */
  public Optional<String> problem() {
    return problem;
  }

  public void follow(TrustDomain own) {
    try {
      AuthorityForm next = AuthorityForm.of(own);
      if (!next.equals(current)) {
        LOG.atInfo().addKeyValue("authority", next).log("authority's form changed");
      }
      current = next;
      problem = Optional.empty();
    } catch (AuthorityException e) {
      Optional<String> found = Optional.of(e.getMessage() + ": the last good form stays");
      if (!found.equals(problem)) {
        LOG.atError().addKeyValue("problem", found.get()).log("authority's form refused");
      }
      problem = found;
    }
  }
}

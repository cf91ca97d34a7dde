package io.isthmus.control.authority;

import java.time.Duration;

/** Lifetimes for tests. */
public final class TestLifetimes {
  /** Those that a TrustDomain has when it says nothing. */
  public static final Lifetimes STANDARD =
      new Lifetimes(Duration.ofHours(87_600), Duration.ofHours(8_760), Duration.ofHours(24), 0.66);

  public static final AuthorityForm MANAGED = new AuthorityForm.Managed(STANDARD);

  private TestLifetimes() {}
}

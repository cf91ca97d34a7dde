package io.isthmus.control.kubernetes;

import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.Roles;
import io.isthmus.control.authority.Roots;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.authority.TestLifetimes;
import java.util.List;
import java.util.Optional;

/** What a cluster says of its own trust domain that has never been rotated. */
final class SteadyTrust {
  private SteadyTrust() {}

  static OwnTrustStatus of(TestCa ca, Optional<OwnTrustStatus.Problem> problem) {
    return new OwnTrustStatus(
        () ->
            new Authority(
                new Roots(Roles.only(ca.root()), ""),
                Roles.only(ca.issuer()),
                Rotation.NONE,
                ca.bundle(),
                new Authority.Version("1", "1")),
        List::of,
        () -> TestLifetimes.MANAGED,
        () -> problem);
  }
}

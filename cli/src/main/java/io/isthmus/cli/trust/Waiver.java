package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainSpec;
import java.time.Instant;
import java.util.List;

/** Something that a rotation is not to wait for: a name in one of the lists of spec.rotation. */
sealed interface Waiver permits ClusterWaiver, ProxyWaiver {

  /** As it is written. */
  String name();

  /** The list in spec.rotation. */
  String field();

  /** What the list has. */
  List<String> list(TrustDomainSpec.Rotation asked);

  /** Whether an entry of the list means the same; it may have been written by hand. */
  boolean isNamedBy(String entry);

  /** What cannot be done where it is refused. */
  String attempt();

  /** What is so once it is written. */
  String done();

  /** Refuses a name that is none of those that are waited for. */
  void check(OwnDomain own, Instant now);

  /** What it means for the rotation, for the one who is asked to confirm it. */
  List<String> consequences(OwnDomain own, Instant now);
}

package io.isthmus.control.rotation;

import io.isthmus.api.trust.TrustEnforcement.Reporter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Proxies that do not enforce a bundle.
 *
 * @param proxies how many; the lists may be cut
 * @param waitingFor who, for people
 * @param refused who refuses it, and why, for people
 * @param silent those of them that never acknowledged anything, as namespace/pod
 */
public record Behind(
    int proxies, List<String> waitingFor, List<String> refused, List<String> silent) {
  public static final Behind NOBODY = new Behind(0, List.of(), List.of(), List.of());

  public Behind {
    waitingFor = List.copyOf(waitingFor);
    refused = List.copyOf(refused);
    silent = List.copyOf(silent);
  }

  Behind and(Behind more) {
    if (more.equals(NOBODY)) {
      return this;
    }
    return new Behind(
        Math.addExact(proxies, more.proxies),
        both(waitingFor, more.waitingFor),
        both(refused, more.refused),
        both(silent, more.silent));
  }

  /**
   * Who is left, for people, when silent proxies are passed over. One that is not listed is not
   * passed over, and who has said something never is.
   */
  List<String> without(Predicate<String> passedOver) {
    List<String> passed = silentOf(passedOver);
    List<String> left = new ArrayList<>();
    int count = proxies - passed.size();
    if (count > 0) {
      Set<String> hidden = new HashSet<>();
      passed.forEach(proxy -> hidden.add(Reporter.waitingForSilent(proxy)));
      waitingFor.stream().filter(line -> !hidden.contains(line)).forEach(left::add);
      if (left.isEmpty()) {
        left.add("%d proxies".formatted(count));
      }
    }
    left.addAll(refused);
    return left;
  }

  List<String> silentOf(Predicate<String> passedOver) {
    return silent.stream().filter(passedOver).toList();
  }

  private static List<String> both(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}

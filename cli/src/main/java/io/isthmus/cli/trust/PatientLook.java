package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks again and again at an API server that may not answer for a while, and says so once. */
final class PatientLook {
  private final PrintWriter out;
  private final Pace pace;
  private boolean isLost;

  PatientLook(PrintWriter out, Pace pace) {
    this.out = out;
    this.pace = pace;
  }

  /** Empty while nobody answers. */
  <T> Optional<T> at(Supplier<T> what) {
    try {
      T seen = what.get();
      if (isLost) {
        say("the API server answers again");
      }
      isLost = false;
      return Optional.of(seen);
    } catch (KubernetesClientException e) {
      if (!isHiccup(e)) {
        throw e;
      }
      if (!isLost) {
        say("the API server does not answer: looking again every second");
      }
      isLost = true;
      return Optional.empty();
    }
  }

  /** What passes when an API server starts again, or is busy; what is followed takes longer. */
  private static boolean isHiccup(KubernetesClientException e) {
    return e.getCode() <= 0 || e.getCode() == 429 || e.getCode() >= 500;
  }

  private void say(String text) {
    out.printf("%s  %s%n", Words.second(pace.now()), text);
    out.flush();
  }
}

package io.isthmus.mirror.canary;

import io.isthmus.api.link.CanaryStatus;
import io.isthmus.api.link.CanaryStatus.Met;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.proxy.canary.CanaryOutcome;
import io.isthmus.proxy.canary.CanaryOutcome.Belief;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** How outcomes are told in a status: in few words, whatever a peer has said. */
final class Outcomes {
  private static final int LONGEST = 300;

  private Outcomes() {}

  /** Of the certificate that signed the leaf; empty when it came without. */
  static String issuer(Svid leaf) {
    return leaf.chain().size() < 2 ? "" : Fingerprint.of(leaf.chain().get(1));
  }

  static Met met(String address, CompletableFuture<CanaryOutcome> met) {
    if (met.isCompletedExceptionally()) {
      String why = why(met.exceptionNow());
      return new Met(address, why, why);
    }
    CanaryOutcome outcome = met.join();
    return new Met(address, word(outcome.client()), word(outcome.server()));
  }

  static boolean areAllWell(CanaryStatus status) {
    return !status.gateways().isEmpty()
        && status.gateways().stream()
            .allMatch(met -> met.client().equals(Met.OK) && met.server().equals(Met.OK));
  }

  private static String word(Belief belief) {
    return switch (belief) {
      case CanaryOutcome.Trusted() -> Met.OK;
      case CanaryOutcome.Refused(String reason) -> cut(reason);
    };
  }

  static String why(@Nullable Throwable failure) {
    if (failure == null) {
      return "no answer";
    }
    Throwable cause =
        failure instanceof CompletionException wrapper && wrapper.getCause() != null
            ? wrapper.getCause()
            : failure;
    return cut(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}

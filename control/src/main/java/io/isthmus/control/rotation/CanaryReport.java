package io.isthmus.control.rotation;

import io.isthmus.api.Condition;
import io.isthmus.api.link.CanaryStatus;
import io.isthmus.api.link.CanaryStatus.Met;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a Link's status says of canaries. What does not say that all is well is no canary. */
final class CanaryReport {
  private CanaryReport() {}

  static Canary of(@Nullable LinkStatus status) {
    if (status == null || status.canary() == null) {
      return new Canary.Missing("");
    }
    CanaryStatus canary = status.canary();
    if (canary.issuerSha256().isEmpty()) {
      return new Canary.Missing(canary.problem() == null ? "" : canary.problem());
    }
    try {
      return new Canary.Met(
          canary.issuerSha256(),
          Instant.parse(canary.at()),
          refusals(status.gateways(), canary.gateways()));
    } catch (DateTimeParseException e) {
      return new Canary.Missing("its time '%s' cannot be read".formatted(canary.at()));
    }
  }

  /** A gateway that no probe reaches carries no traffic; but one of them has to. */
  private static List<String> refusals(List<GatewayStatus> gateways, List<Met> met) {
    Map<String, Met> byAddress = new HashMap<>();
    met.forEach(each -> byAddress.put(each.address(), each));
    List<String> refusals = new ArrayList<>();
    boolean reached = false;
    for (GatewayStatus gateway : gateways) {
      if (gateway.alive().equals(Condition.TRUE)) {
        reached = true;
        refusal(gateway.address(), byAddress.get(gateway.address())).ifPresent(refusals::add);
      }
    }
    return reached ? refusals : List.of("no gateway is alive");
  }

  private static Optional<String> refusal(String address, @Nullable Met met) {
    if (met == null) {
      return Optional.of(address + ": not met yet");
    }
    if (!met.client().equals(Met.OK)) {
      return Optional.of("%s, as a client: %s".formatted(address, met.client()));
    }
    return met.server().equals(Met.OK)
        ? Optional.empty()
        : Optional.of("%s, as a server: %s".formatted(address, met.server()));
  }
}

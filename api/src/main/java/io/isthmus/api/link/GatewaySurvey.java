package io.isthmus.api.link;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was met, once and from one place, at every gateway that the Links of a cluster lead to.
 *
 * @param gateways those that did not answer first
 * @param leftOut how many there was no room for
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GatewaySurvey(List<Met> gateways, int leftOut) {

  public GatewaySurvey {
    gateways = List.copyOf(Objects.requireNonNullElse(gateways, List.of()));
  }

  /**
   * @param address an IP and a port, as a Link's status has it
   * @param rtt of a byte that the gateway echoed, such as {@code 1.5ms}; absent when it did not
   * @param problem why it did not
   * @param blackHole how it was seen that large packets are lost where small ones pass
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Met(
      String link,
      String address,
      @Nullable String rtt,
      LinkStatus.@Nullable Problem problem,
      @Nullable String blackHole) {

    public boolean isWell() {
      return problem == null && blackHole == null;
    }
  }
}

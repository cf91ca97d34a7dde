package io.isthmus.api.link;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.Condition;
import io.isthmus.api.schema.Choice;
import io.isthmus.api.schema.Default;
import io.isthmus.api.schema.Doc;
import io.isthmus.api.schema.MaxItems;
import io.isthmus.api.trust.TrustEnforcement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a Link fares. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record LinkStatus(
    @Default("[]") @MaxItems(16) List<Condition> conditions,
    @Default("[]") @MaxItems(32) List<GatewayStatus> gateways,
    @Doc("How many Services of the peer are mirrored.") @Nullable Integer services,
    @Doc("How many gateway endpoints the mirrors have.") @Nullable Integer endpoints,
    @Doc("What the peer's proxies enforce of this cluster's own trust domain, as the peer says.")
        @Nullable TrustEnforcement enforcement,
    @Doc("What a canary of this cluster's next issuer met at the gateways, while in DualTrust.")
        @Nullable CanaryStatus canary) {

  public static final String CONNECTED = "Connected";
  public static final String SYNCED = "Synced";
  public static final String TRUST_ESTABLISHED = "TrustEstablished";
  public static final String GATEWAY_REACHABLE = "GatewayReachable";

  /** False when the peer has more than is taken in; the message says what is left out. */
  public static final String WITHIN_LIMITS = "WithinLimits";

  public static final String CREDENTIALS_VALID = "CredentialsValid";

  public LinkStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    gateways = gateways == null ? List.of() : List.copyOf(gateways);
  }

  public static LinkStatus empty() {
    return new LinkStatus(List.of(), List.of(), 0, 0, null, null);
  }

  /**
   * One address of the peer's gateway.
   *
   * @param alive by the last probes through the data path; {@code Unknown} before the first
   * @param rtt of a probe, such as {@code 1.5ms}; refreshed when it changes by more than half
   * @param since when {@code alive} last changed, RFC 3339
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record GatewayStatus(
      String address,
      String identity,
      @Choice({"True", "False", "Unknown"}) String alive,
      @Nullable String rtt,
      @Nullable String since) {}
}

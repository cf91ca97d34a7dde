package io.isthmus.api.link;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.Condition;
import io.isthmus.api.schema.Choice;
import io.isthmus.api.schema.Default;
import io.isthmus.api.schema.Doc;
import io.isthmus.api.schema.MaxItems;
import io.isthmus.api.trust.TrustEnforcement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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

  /** False with the reason {@link #MTU_BLACK_HOLE}; unknown until a path has been measured. */
  public static final String LARGE_PACKETS_PASS = "LargePacketsPass";

  public static final String MTU_BLACK_HOLE = "MtuBlackHole";

  /** Whether a mirror's name resolves as Pods ask for it; unknown where it cannot be asked so. */
  public static final String NAMES_RESOLVE = "NamesResolve";

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
   * @param problem of the last probe; absent when it came back
   * @param path as it was measured last; absent when it could not be
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record GatewayStatus(
      String address,
      String identity,
      @Choice({"True", "False", "Unknown"}) String alive,
      @Nullable String rtt,
      @Nullable String since,
      @Doc("What the last probe met; absent when it came back.") @Nullable Problem problem,
      @Doc("What connections made for it show of the path, about twice a minute.")
          @Nullable Path path) {

    /** One that answers, and whose path has not been measured. */
    public GatewayStatus(String address, String identity, String alive) {
      this(address, identity, alive, null, null, null, null);
    }
  }

  /**
   * @param reason one word: {@code connect_failed}, {@code handshake_failed}, {@code refused}, ...
   * @param message for people
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Problem(
      @Doc("One word, by which programs tell TCP, TLS and the gateway's answer apart.")
          String reason,
      String message) {
    /** Something answered TCP, and TLS got no answer. */
    public static final String HANDSHAKE_TIMEOUT = "handshake_timeout";

    /** There was a tunnel, and what went into it did not come back. */
    public static final String UNANSWERED = "unanswered";

    /** An identity or a bundle was missing to begin with. */
    public static final String NOT_TRIED = "not_tried";
  }

  /**
   * The path to one address.
   *
   * @param connect time of TCP's handshake, such as {@code 1.5ms}; refreshed as {@code rtt} is
   * @param tls time of the TLS handshake that followed
   * @param largestPayload 0 when none came back
   * @param mtu as the kernel believes
   * @param blackHole present when large packets are lost where small ones pass: how that was seen
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Path(
      @Nullable String connect,
      @Nullable String tls,
      @Doc("The largest of 1200, 1400, 1472, 3000 and 9000 bytes that the gateway echoed whole.")
          int largestPayload,
      @Doc("What the kernel takes the path for, in bytes.") @Nullable Integer mtu,
      @Doc("How it was seen that large packets are lost where small ones pass.")
          @Nullable String blackHole) {}

  /** A time in the form of the status, such as {@code 1.5ms}. */
  public static String shown(Duration time) {
    return String.format(Locale.ROOT, "%.1fms", time.toNanos() / 1e6);
  }
}

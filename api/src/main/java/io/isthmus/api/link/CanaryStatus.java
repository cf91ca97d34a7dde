package io.isthmus.api.link;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.schema.Default;
import io.isthmus.api.schema.Doc;
import io.isthmus.api.schema.MaxItems;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a leaf of this cluster's next issuer met at the gateways of a peer: evidence that a switch
 * to that issuer would harm nobody there. Present while the own trust domain is in DualTrust.
 *
 * @param issuerSha256 of the DER of the certificate that signed the leaf, in hexadecimal
 * @param at when the handshakes began, RFC 3339; at most a minute old
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CanaryStatus(
    @Doc("Empty while there is no canary; problem says why.") String issuerSha256,
    String at,
    @Doc("Why there is no canary.") @Nullable String problem,
    @Default("[]") @MaxItems(32) List<Met> gateways) {

  public CanaryStatus {
    issuerSha256 = Objects.requireNonNullElse(issuerSha256, "");
    at = Objects.requireNonNullElse(at, "");
    gateways = gateways == null ? List.of() : List.copyOf(gateways);
  }

  /**
   * What one address of the gateway did.
   *
   * @param client whether it believed the canary as the client of a connection: {@code ok}, or why
   *     not
   * @param server the same, as the server of a session that the gateway opened
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Met(
      String address,
      @Doc("ok, or why the gateway refused the canary as a client.") String client,
      @Doc("ok, or why the gateway refused the canary as a server.") String server) {
    public static final String OK = "ok";
  }

  /** Without the time. */
  public boolean saysTheSameAs(CanaryStatus other) {
    return issuerSha256.equals(other.issuerSha256)
        && Objects.equals(problem, other.problem)
        && gateways.equals(other.gateways);
  }
}

package io.isthmus.api.trust;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.Condition;
import io.isthmus.api.schema.Choice;
import io.isthmus.api.schema.Default;
import io.isthmus.api.schema.Doc;
import io.isthmus.api.schema.MaxItems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is in force for a trust domain. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrustDomainStatus(
    @Choice({"Steady", "Prepared", DUAL_TRUST, "Switched", "Draining", "Retired"})
        @Nullable String phase,
    @Nullable BundleStatus bundle,
    @Default("[]") @MaxItems(16) List<Anchor> anchors,
    @Nullable IssuerStatus issuer,
    @Nullable RotationStatus rotation,
    @Default("[]") @MaxItems(16) List<Condition> conditions,
    @Nullable TrustEnforcement enforcement) {

  /** The phase before a switch: verifiers are told to trust both issuers, the old one signs. */
  public static final String DUAL_TRUST = "DualTrust";

  public static final String READY = "Ready";

  /** Why it is not ready: what an operator offers is not taken, and the issuer in use stays. */
  public static final String ISSUER_REFUSED = "IssuerRefused";

  /** Whether a rotation waits, and for what. */
  public static final String HELD = "Held";

  /** Whether the endpoint has given a bundle within three of its refresh hints. */
  public static final String BUNDLE_FRESH = "BundleFresh";

  /** Whether the end of an issuer or anchor comes near, and what to do. */
  public static final String EXPIRING = "Expiring";

  public TrustDomainStatus {
    anchors = anchors == null ? List.of() : List.copyOf(anchors);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** What is said apart from {@link #enforcement}, which others write, and more often. */
  public TrustDomainStatus withoutEnforcement() {
    return new TrustDomainStatus(phase, bundle, anchors, issuer, rotation, conditions, null);
  }

  /**
   * The rotation that is under way, or the last one.
   *
   * @param since when the phase was entered, RFC 3339
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RotationStatus(
      String id,
      @Choice({"Root", "Issuer"}) String of,
      String since,
      @Doc("Why it stays in its phase; the first ten reasons.") @Default("[]") @MaxItems(11)
          List<String> waitingFor,
      @Doc("The id that is asked for and begins when this one has ended.") @Nullable String next) {
    public RotationStatus {
      waitingFor = waitingFor == null ? List.of() : List.copyOf(waitingFor);
    }
  }

  /** The generation that is handed out. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record BundleStatus(long sequence, String digest) {}

  /**
   * @param sha256 of the certificate's DER, in hexadecimal
   * @param notAfter RFC 3339
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Anchor(
      String sha256, String notAfter, @Choice({"Active", "Next", "Retiring"}) String role) {
    public static final String ACTIVE = "Active";
    public static final String NEXT = "Next";
    public static final String RETIRING = "Retiring";
  }

  /**
   * @param sha256 of the certificate's DER, in hexadecimal
   * @param notAfter RFC 3339
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record IssuerStatus(String sha256, String notAfter) {}
}

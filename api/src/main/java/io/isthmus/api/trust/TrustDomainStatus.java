package io.isthmus.api.trust;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.Condition;
import io.isthmus.api.schema.Choice;
import io.isthmus.api.schema.Default;
import io.isthmus.api.schema.MaxItems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is in force for a trust domain. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrustDomainStatus(
    @Choice({"Steady"}) @Nullable String phase,
    @Nullable BundleStatus bundle,
    @Default("[]") @MaxItems(16) List<Anchor> anchors,
    @Nullable IssuerStatus issuer,
    @Default("[]") @MaxItems(16) List<Condition> conditions,
    @Nullable TrustEnforcement enforcement) {

  public static final String STEADY = "Steady";
  public static final String READY = "Ready";

  /** Whether the endpoint has given a bundle within three of its refresh hints. */
  public static final String BUNDLE_FRESH = "BundleFresh";

  public TrustDomainStatus {
    anchors = anchors == null ? List.of() : List.copyOf(anchors);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** What is said apart from {@link #enforcement}, which others write, and more often. */
  public TrustDomainStatus withoutEnforcement() {
    return new TrustDomainStatus(phase, bundle, anchors, issuer, conditions, null);
  }

  /** The generation that is handed out. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record BundleStatus(long sequence, String digest) {}

  /**
   * @param sha256 of the certificate's DER, in hexadecimal
   * @param notAfter RFC 3339
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Anchor(String sha256, String notAfter, @Choice({"Active"}) String role) {
    public static final String ACTIVE = "Active";
  }

  /**
   * @param sha256 of the certificate's DER, in hexadecimal
   * @param notAfter RFC 3339
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record IssuerStatus(String sha256, String notAfter) {}
}

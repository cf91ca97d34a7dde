package io.isthmus.api.trust;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.schema.Default;
import io.isthmus.api.schema.Doc;
import io.isthmus.api.schema.Rule;
import io.isthmus.api.schema.Text;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is wanted of a trust domain: this cluster issues for it, or takes its anchors elsewhere. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@Rule(
    value = "has(self.authority) != has(self.bundle)",
    message =
        "'trust domain ' + self.trustDomain + ' has exactly one form: authority (this cluster"
            + " issues for it) or bundle (its anchors come from elsewhere)'")
@Rule(
    value = "self.trustDomain == oldSelf.trustDomain",
    message =
        "'spec.trustDomain cannot change from ' + oldSelf.trustDomain + ' to ' + self.trustDomain")
public record TrustDomainSpec(
    @Doc("The name in SPIFFE IDs.") @Text(pattern = "^[a-z0-9._-]+$", maxLength = 255)
        String trustDomain,
    @Doc("Present where this cluster issues for the trust domain.") @Nullable Authority authority,
    @Doc("Where anchors come from, for a trust domain that others issue for.")
        @Nullable Bundle bundle) {

  private static final String PERIOD = "^([0-9]+(h|m|s))+$";

  public TrustDomainSpec {
    trustDomain = Objects.requireNonNullElse(trustDomain, "");
  }

  /** This cluster's own trust domain, with the usual lifetimes. */
  public static TrustDomainSpec own(String trustDomain) {
    return new TrustDomainSpec(trustDomain, new Authority(Managed.standard()), null);
  }

  /** A peer's trust domain, whose bundle is followed over a Link. */
  public static TrustDomainSpec linked(String trustDomain, String link) {
    return new TrustDomainSpec(trustDomain, null, new Bundle(new LinkRef(link)));
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Rule(
      value = "has(self.managed)",
      message = "'authority has exactly one form: managed is the only one built'")
  public record Authority(
      @Doc("The control plane makes the root and its issuer.") @Nullable Managed managed) {}

  /** Periods are Go's: {@code 87600h}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Managed(
      @Default("\"87600h\"") @Text(pattern = PERIOD, maxLength = 32) String rootLifetime,
      @Default("\"8760h\"") @Text(pattern = PERIOD, maxLength = 32) String issuerLifetime,
      @Default("\"24h\"") @Text(pattern = PERIOD, maxLength = 32) String leafLifetime) {
    public Managed {
      rootLifetime = Objects.requireNonNullElse(rootLifetime, "87600h");
      issuerLifetime = Objects.requireNonNullElse(issuerLifetime, "8760h");
      leafLifetime = Objects.requireNonNullElse(leafLifetime, "24h");
    }

    public static Managed standard() {
      return new Managed("87600h", "8760h", "24h");
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Rule(
      value = "has(self.link)",
      message = "'bundle has exactly one form: link is the only one built'")
  public record Bundle(@Doc("The Link whose peer publishes the bundle.") @Nullable LinkRef link) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record LinkRef(
      @Text(pattern = "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", maxLength = 253) String name) {
    public LinkRef {
      name = Objects.requireNonNullElse(name, "");
    }
  }
}

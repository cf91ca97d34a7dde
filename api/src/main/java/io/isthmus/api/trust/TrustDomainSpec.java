package io.isthmus.api.trust;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.schema.Choice;
import io.isthmus.api.schema.Default;
import io.isthmus.api.schema.Doc;
import io.isthmus.api.schema.MaxItems;
import io.isthmus.api.schema.Rule;
import io.isthmus.api.schema.Text;
import java.util.List;
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
    value = "!has(self.rotation) || has(self.authority)",
    message =
        "'trust domain ' + self.trustDomain + ' is issued for elsewhere: rotation is for one with"
            + " authority'")
@Rule(
    value = "!has(self.revoked) || size(self.revoked) == 0 || has(self.authority)",
    message =
        "'trust domain ' + self.trustDomain + ' is issued for elsewhere: revoked is for one with"
            + " authority; what its issuer revokes comes with its bundle'")
@Rule(
    value = "self.trustDomain == oldSelf.trustDomain",
    message =
        "'spec.trustDomain cannot change from ' + oldSelf.trustDomain + ' to ' + self.trustDomain")
@Rule(
    value =
        "!has(self.bundle) || !has(self.bundle.endpoint) || !has(self.bundle.endpoint.bootstrap)"
            + " || !has(self.bundle.endpoint.spiffeId)"
            + " || self.bundle.endpoint.spiffeId.startsWith('spiffe://' + self.trustDomain + '/')",
    message =
        "'endpoint.bootstrap is of trust domain ' + self.trustDomain + ', and spiffeId ' +"
            + " self.bundle.endpoint.spiffeId + ' is not: the bundle of its own TrustDomain is"
            + " used, leave bootstrap out'")
public record TrustDomainSpec(
    @Doc("The name in SPIFFE IDs.") @Text(pattern = "^[a-z0-9._-]+$", maxLength = 255)
        String trustDomain,
    @Doc("Present where this cluster issues for the trust domain.") @Nullable Authority authority,
    @Doc("Where anchors come from, for a trust domain that others issue for.")
        @Nullable Bundle bundle,
    @Doc("Asks for a rotation of what this cluster issues with.") @Nullable Rotation rotation,
    @Doc(
            "Roots and issuers that are not to be believed for one moment more: the SHA-256 of each"
                + " certificate's DER, in lower-case hexadecimal. Verifiers of every linked cluster"
                + " are told at once, nothing is signed with them again, and what stands on them"
                + " stops.")
        @Default("[]")
        @MaxItems(64)
        @Text(pattern = "^[0-9a-f]{64}$", maxLength = 64)
        List<String> revoked) {

  private static final String PERIOD = "^([0-9]+(h|m|s))+$";
  private static final String URL =
      "^https://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?"
          + "(/[A-Za-z0-9._~!$&()*+,;=:@%/-]*)?$";
  private static final String SPIFFE_ID = "^spiffe://[a-z0-9._-]+(/[A-Za-z0-9._-]+)+$";

  public TrustDomainSpec {
    trustDomain = Objects.requireNonNullElse(trustDomain, "");
    revoked = revoked == null ? List.of() : List.copyOf(revoked);
  }

  /** One that revokes nothing. */
  public TrustDomainSpec(
      String trustDomain,
      @Nullable Authority authority,
      @Nullable Bundle bundle,
      @Nullable Rotation rotation) {
    this(trustDomain, authority, bundle, rotation, List.of());
  }

  /** This cluster's own trust domain, with the usual lifetimes. */
  public static TrustDomainSpec own(String trustDomain) {
    return new TrustDomainSpec(trustDomain, new Authority(Managed.standard(), null), null, null);
  }

  /** A peer's trust domain, whose bundle is followed over a Link. */
  public static TrustDomainSpec linked(String trustDomain, String link) {
    return new TrustDomainSpec(trustDomain, null, new Bundle(new LinkRef(link), null, null), null);
  }

  /** A trust domain whose bundle is fetched from a SPIFFE bundle endpoint. */
  public static TrustDomainSpec federated(String trustDomain, Endpoint endpoint) {
    return new TrustDomainSpec(trustDomain, null, new Bundle(null, endpoint, null), null);
  }

  /** A trust domain whose bundle is written into the object itself. */
  public static TrustDomainSpec inline(String trustDomain, String jwks) {
    return new TrustDomainSpec(trustDomain, null, new Bundle(null, null, new Document(jwks)), null);
  }

  /** A rotation of the root, with its issuer, or of the issuer alone. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Rotation(
      @Doc("What is replaced.") @Choice({ROOT, ISSUER}) String request,
      @Doc("A new id asks again.") @Text(pattern = "^[A-Za-z0-9._-]+$", maxLength = 63) String id,
      @Doc("Goes back, one step after the other.") @Default("false") @Nullable Boolean abort,
      @Doc("Clusters that are not waited for; counts for the rotation of this id alone.")
          @Default("[]")
          @MaxItems(64)
          List<String> leaveBehind,
      @Doc(
              "Proxies that are not waited for while they report nothing: namespace/pod here, or"
                  + " cluster/namespace/pod; counts for the rotation of this id alone.")
          @Default("[]")
          @MaxItems(64)
          List<String> passOver) {
    public static final String ROOT = "Root";
    public static final String ISSUER = "Issuer";

    public Rotation {
      request = Objects.requireNonNullElse(request, "");
      id = Objects.requireNonNullElse(id, "");
      leaveBehind = leaveBehind == null ? List.of() : List.copyOf(leaveBehind);
      passOver = passOver == null ? List.of() : List.copyOf(passOver);
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Rule(
      value = "has(self.managed) != has(self.operator)",
      message = "'authority has exactly one form: managed or operator'")
  public record Authority(
      @Doc("The control plane makes the root and its issuer.") @Nullable Managed managed,
      @Doc("An operator signs issuers elsewhere; the root's key is never here.")
          @Nullable Operator operator) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Rule(
      value =
          "duration(self.leafLifetime) >= duration('20s') && duration(self.leafLifetime) <="
              + " duration('2160h')",
      message = "'leafLifetime ' + self.leafLifetime + ': expected 20s to 2160h'")
  public record Operator(
      @Doc(
              "A Secret in the system namespace: tls.crt (the issuer, then what is above it up to"
                  + " the root), tls.key, ca.crt (roots).")
          SecretRef issuerSecretRef,
      @Doc("Of a workload's next certificate: 20s to 2160h. Less than an hour is for tests.")
          @Default("\"24h\"")
          @Text(pattern = PERIOD, maxLength = 32)
          String leafLifetime) {
    public Operator {
      issuerSecretRef = Objects.requireNonNullElse(issuerSecretRef, new SecretRef(""));
      leafLifetime = Objects.requireNonNullElse(leafLifetime, "24h");
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SecretRef(
      @Text(pattern = "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", maxLength = 253) String name) {
    public SecretRef {
      name = Objects.requireNonNullElse(name, "");
    }
  }

  /** Periods are Go's: {@code 87600h}. A change counts for what is made next. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Rule(
      value = "duration(self.leafLifetime) >= duration('20s')",
      message = "'leafLifetime ' + self.leafLifetime + ': expected at least 20s'")
  @Rule(
      value = "duration(self.leafLifetime) <= duration('2160h')",
      message = "'leafLifetime ' + self.leafLifetime + ': expected at most 2160h'")
  @Rule(
      value =
          "duration(self.issuerLifetime) > duration(self.leafLifetime) +"
              + " duration(self.leafLifetime)",
      message =
          "'issuerLifetime ' + self.issuerLifetime + ': expected more than twice leafLifetime '"
              + " + self.leafLifetime")
  @Rule(
      value = "duration(self.issuerLifetime) <= duration('87600h')",
      message = "'issuerLifetime ' + self.issuerLifetime + ': expected at most 87600h'")
  @Rule(
      value = "duration(self.rootLifetime) > duration(self.issuerLifetime)",
      message =
          "'rootLifetime ' + self.rootLifetime + ': expected more than issuerLifetime ' +"
              + " self.issuerLifetime")
  @Rule(
      value = "duration(self.rootLifetime) <= duration('262800h')",
      message = "'rootLifetime ' + self.rootLifetime + ': expected at most 262800h'")
  @Rule(
      value =
          "self.rotateIssuerAt == 0.0 || (self.rotateIssuerAt >= 0.1 && self.rotateIssuerAt <="
              + " 0.9)",
      message = "'rotateIssuerAt: expected 0.1 to 0.9, or 0 to switch it off'")
  public record Managed(
      @Doc("Of the next root: more than issuerLifetime, at most 262800h.")
          @Default("\"87600h\"")
          @Text(pattern = PERIOD, maxLength = 32)
          String rootLifetime,
      @Doc("Of the next issuer: more than twice leafLifetime, at most 87600h.")
          @Default("\"8760h\"")
          @Text(pattern = PERIOD, maxLength = 32)
          String issuerLifetime,
      @Doc("Of a workload's next certificate: 20s to 2160h. Less than an hour is for tests.")
          @Default("\"24h\"")
          @Text(pattern = PERIOD, maxLength = 32)
          String leafLifetime,
      @Doc(
              "The part of its life after which the issuer is replaced by itself: 0.1 to 0.9, or 0"
                  + " for never.")
          @Default("0.66")
          Double rotateIssuerAt) {
    public static final double ROTATE_ISSUER_AT = 0.66;

    public Managed {
      rootLifetime = Objects.requireNonNullElse(rootLifetime, "87600h");
      issuerLifetime = Objects.requireNonNullElse(issuerLifetime, "8760h");
      leafLifetime = Objects.requireNonNullElse(leafLifetime, "24h");
      rotateIssuerAt = Objects.requireNonNullElse(rotateIssuerAt, ROTATE_ISSUER_AT);
    }

    public static Managed standard() {
      return new Managed("87600h", "8760h", "24h", ROTATE_ISSUER_AT);
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Rule(
      value =
          "(has(self.link) ? 1 : 0) + (has(self.endpoint) ? 1 : 0) + (has(self.inline) ? 1 : 0)"
              + " == 1",
      message = "'bundle has exactly one form: link, endpoint or inline'")
  public record Bundle(
      @Doc("The Link whose peer publishes the bundle.") @Nullable LinkRef link,
      @Doc("The SPIFFE bundle endpoint that the bundle is fetched from.")
          @Nullable Endpoint endpoint,
      @Doc("The bundle itself.") @Nullable Document inline) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record LinkRef(
      @Text(pattern = "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", maxLength = 253) String name) {
    public LinkRef {
      name = Objects.requireNonNullElse(name, "");
    }
  }

  /** A SPIFFE bundle endpoint, by the SPIFFE Federation specification. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Rule(
      value = "self.profile == 'https_spiffe' ? has(self.spiffeId) : !has(self.spiffeId)",
      message =
          "'endpoint ' + self.url + ' with profile ' + self.profile +"
              + " (self.profile == 'https_spiffe' ? ' needs a spiffeId: the one that the server"
              + " shows' : ' takes no spiffeId: the server shows a certificate for its host')")
  @Rule(
      value = "self.profile == 'https_spiffe' || !has(self.bootstrap)",
      message =
          "'endpoint ' + self.url + ' with profile ' + self.profile + ' takes no bootstrap: it is"
              + " for https_spiffe'")
  @Rule(
      value = "self.profile == 'https_web' || !has(self.caBundle)",
      message =
          "'endpoint ' + self.url + ' with profile ' + self.profile + ' takes no caBundle: it is"
              + " for https_web'")
  public record Endpoint(
      @Doc("https, with a host and perhaps a port and a path; no userinfo, query or fragment.")
          @Text(pattern = URL, maxLength = 2048)
          String url,
      @Doc(
              "How the server proves itself: by the SVID of spiffeId, or by a certificate of the"
                  + " Web's authorities for its host.")
          @Choice({Endpoint.HTTPS_SPIFFE, Endpoint.HTTPS_WEB})
          String profile,
      @Doc("The exact identity of the server, of this or of another TrustDomain.")
          @Text(pattern = SPIFFE_ID, maxLength = 2048)
          @Nullable String spiffeId,
      @Doc("The first bundle, got out of band: verifies the server until one has been fetched.")
          @Nullable Document bootstrap,
      @Doc("PEM certificates of the authorities of an https_web server; else the system's.")
          @Text(maxLength = 262144)
          @Nullable String caBundle) {
    public static final String HTTPS_SPIFFE = "https_spiffe";
    public static final String HTTPS_WEB = "https_web";

    public Endpoint {
      url = Objects.requireNonNullElse(url, "");
      profile = Objects.requireNonNullElse(profile, "");
    }

    public static Endpoint spiffe(String url, String spiffeId, @Nullable String bootstrapJwks) {
      return new Endpoint(
          url,
          HTTPS_SPIFFE,
          spiffeId,
          bootstrapJwks == null ? null : new Document(bootstrapJwks),
          null);
    }

    public static Endpoint web(String url, @Nullable String caBundle) {
      return new Endpoint(url, HTTPS_WEB, null, null, caBundle);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Document(
      @Doc("A SPIFFE bundle document (JWKS).") @Text(maxLength = 262144) String jwks) {
    public Document {
      jwks = Objects.requireNonNullElse(jwks, "");
    }
  }
}

package io.isthmus.api.link;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.schema.Default;
import io.isthmus.api.schema.Doc;
import io.isthmus.api.schema.MaxItems;
import io.isthmus.api.schema.Range;
import io.isthmus.api.schema.Rule;
import io.isthmus.api.schema.Text;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is wanted of a Link. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@Rule(
    value = "self.cluster == oldSelf.cluster",
    message =
        "'spec.cluster cannot change from ' + oldSelf.cluster + ' to ' + self.cluster"
            + " + ': delete the Link and make another'")
public record LinkSpec(
    @Doc("Name of the peer cluster: the suffix of mirrored Services.")
        @Text(pattern = NAME, maxLength = 40)
        String cluster,
    @Doc("DNS domain of the peer's Services.")
        @Default("\"cluster.local\"")
        @Text(pattern = DNS, maxLength = 253)
        String clusterDomain,
    @Doc("SPIFFE trust domain of the peer's identities.")
        @Text(pattern = "^[a-z0-9._-]+$", maxLength = 255)
        String trustDomain,
    @Doc("How the peer's API server is reached; read again at every change.")
        Credentials credentials,
    @Doc("Where the peer's gateway is; followed live.")
        @Default(
            "{\"serviceRef\": {\"namespace\": \"isthmus-system\", \"name\": \"isthmus-gateway\"}}")
        Gateway gateway,
    @Doc("Which of the peer's exported Services are mirrored here.")
        @JsonProperty("import")
        @Default("{}")
        Import imports,
    @Doc("What the peer may reach here.") @Default("{}") Export export) {

  static final String NAME = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$";
  static final String DNS = "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$";

  public LinkSpec {
    cluster = Objects.requireNonNullElse(cluster, "");
    clusterDomain = Objects.requireNonNullElse(clusterDomain, "cluster.local");
    trustDomain = Objects.requireNonNullElse(trustDomain, "");
    credentials = Objects.requireNonNullElse(credentials, Credentials.of(""));
    gateway = Objects.requireNonNullElse(gateway, Gateway.standard());
    imports = Objects.requireNonNullElse(imports, Import.exported());
    export = Objects.requireNonNullElse(export, new Export(true));
  }

  /** A Link with the usual gateway that imports what is exported, and exports. */
  public static LinkSpec to(String cluster, String trustDomain, String credentialsSecret) {
    return new LinkSpec(
        cluster,
        "cluster.local",
        trustDomain,
        Credentials.of(credentialsSecret),
        Gateway.standard(),
        Import.exported(),
        new Export(true));
  }

  public LinkSpec withGateway(Gateway other) {
    return new LinkSpec(cluster, clusterDomain, trustDomain, credentials, other, imports, export);
  }

  public LinkSpec withImport(Import other) {
    return new LinkSpec(cluster, clusterDomain, trustDomain, credentials, gateway, other, export);
  }

  public LinkSpec withExport(Export other) {
    return new LinkSpec(cluster, clusterDomain, trustDomain, credentials, gateway, imports, other);
  }

  public LinkSpec withClusterDomain(String other) {
    return new LinkSpec(cluster, other, trustDomain, credentials, gateway, imports, export);
  }

  /** The exact identity of the peer's gateway. */
  public String gatewayIdentity() {
    return "spiffe://%s/ns/%s/sa/%s"
        .formatted(trustDomain, gateway.namespace(), ObjectNames.GATEWAY_SERVICE_ACCOUNT);
  }

  /** A Secret whose key {@code kubeconfig} is one. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Credentials(
      @Doc("A Secret in the Link's namespace; its key kubeconfig is a kubeconfig file.")
          SecretRef secretRef) {
    public Credentials {
      secretRef = Objects.requireNonNullElse(secretRef, new SecretRef(""));
    }

    public static Credentials of(String secret) {
      return new Credentials(new SecretRef(secret));
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SecretRef(@Text(pattern = DNS, maxLength = 253) String name) {
    public SecretRef {
      name = Objects.requireNonNullElse(name, "");
    }
  }

  /** Where the peer's gateway is: one of a Service that is followed, or fixed addresses. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Rule(
      value = "has(self.serviceRef) != has(self.addresses)",
      message = "'gateway has exactly one form: serviceRef or addresses'")
  public record Gateway(
      @Doc("The gateway's Service in the peer; its LoadBalancer addresses are used.")
          @Nullable ServiceRef serviceRef,
      @Doc("Addresses of the gateway, where the peer has no Service to follow.") @MaxItems(16)
          @Nullable List<Address> addresses) {

    public Gateway {
      addresses = addresses == null ? null : List.copyOf(addresses);
    }

    public static Gateway standard() {
      return service(ObjectNames.SYSTEM_NAMESPACE, ObjectNames.GATEWAY_SERVICE);
    }

    public static Gateway service(String namespace, String name) {
      return new Gateway(new ServiceRef(namespace, name), null);
    }

    public static Gateway at(List<Address> addresses) {
      return new Gateway(null, addresses);
    }

    /** The gateway's namespace in the peer: part of its identity. */
    String namespace() {
      return serviceRef == null ? ObjectNames.SYSTEM_NAMESPACE : serviceRef.namespace();
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ServiceRef(
      @Default("\"isthmus-system\"") @Text(pattern = NAME, maxLength = 63) String namespace,
      @Default("\"isthmus-gateway\"") @Text(pattern = NAME, maxLength = 63) String name) {
    public ServiceRef {
      namespace = Objects.requireNonNullElse(namespace, ObjectNames.SYSTEM_NAMESPACE);
      name = Objects.requireNonNullElse(name, ObjectNames.GATEWAY_SERVICE);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Address(
      @Doc("A literal IPv4 or IPv6 address.")
          @Text(maxLength = 45)
          @Rule(value = "isIP(self)", message = "'expected an IP address, not ' + self")
          String ip,
      @Default("15008") @Range(min = 1, max = 65535) @Nullable Integer port) {
    public Address {
      ip = Objects.requireNonNullElse(ip, "");
      port = Objects.requireNonNullElse(port, ObjectNames.GATEWAY_PORT);
    }
  }

  /** Which Services of the peer are mirrored, and what of them is copied. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Import(
      @Doc("Labels of the peer's Services to mirror; an empty selector selects nothing.")
          @Default("{\"matchLabels\": {\"mirror.isthmus.io/exported\": \"true\"}}")
          Selector selector,
      @Doc("Labels that are not copied: keys, or prefixes that end in /.")
          @Default("[]")
          @MaxItems(64)
          List<String> excludedLabels,
      @Doc("Annotations that are not copied: keys, or prefixes that end in /.")
          @Default("[]")
          @MaxItems(64)
          List<String> excludedAnnotations) {
    public Import {
      selector = selector == null ? Selector.exported() : selector;
      excludedLabels = excludedLabels == null ? List.of() : List.copyOf(excludedLabels);
      excludedAnnotations =
          excludedAnnotations == null ? List.of() : List.copyOf(excludedAnnotations);
    }

    public static Import exported() {
      return new Import(Selector.exported(), List.of(), List.of());
    }
  }

  /** All of the labels; with none it selects nothing. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Selector(@Default("{}") @MaxItems(16) Map<String, String> matchLabels) {
    public Selector {
      matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
    }

    public static Selector exported() {
      return new Selector(Map.of(Labels.EXPORTED, Labels.EXPORTED_TRUE));
    }

    public boolean selects(@Nullable Map<String, String> labels) {
      return !matchLabels.isEmpty()
          && labels != null
          && labels.entrySet().containsAll(matchLabels.entrySet());
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Export(
      @Doc("Whether this peer may reach what is exported to it.") @Default("true")
          @Nullable Boolean enabled) {
    public Export {
      enabled = Objects.requireNonNullElse(enabled, true);
    }

    public boolean isEnabled() {
      return Boolean.TRUE.equals(enabled);
    }
  }
}

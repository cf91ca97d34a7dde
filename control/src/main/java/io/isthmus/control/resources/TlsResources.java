package io.isthmus.control.resources;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** TLS contexts and bundles. Private keys are never in them: they are the proxy's own. */
final class TlsResources {
  static final String VALIDATOR = "envoy.tls.cert_validator.spiffe";
  static final String SOCKET = "envoy.transport_sockets.tls";

  private TlsResources() {}

  /** Where resources come from: the stream that this one came on. */
  static ConfigSource ads() {
    return ConfigSource.newBuilder()
        .setResourceApiVersion(ApiVersion.V3)
        .setAds(AggregatedConfigSource.getDefaultInstance())
        .build();
  }

  static Any pack(Message message) {
    return Any.pack(message);
  }

  static StringMatcher exactly(SpiffeId id) {
    return StringMatcher.newBuilder().setExact(id.toString()).build();
  }

  static StringMatcher anyOf(TrustDomain trustDomain, String namespace) {
    return StringMatcher.newBuilder()
        .setPrefix("spiffe://" + trustDomain + "/ns/" + namespace + "/sa/")
        .build();
  }

  /** For endpoints whose metadata says {@code tunnel: <tunnel>}. */
  static TransportSocketMatch match(
      String tunnel, TrustDomain trustDomain, List<StringMatcher> ids) {
    CertificateValidationContext.Builder expected = CertificateValidationContext.newBuilder();
    for (StringMatcher id : ids) {
      expected.addMatchTypedSubjectAltNames(
          SubjectAltNameMatcher.newBuilder()
              .setSanType(SubjectAltNameMatcher.SanType.URI)
              .setMatcher(id));
    }
    UpstreamTlsContext context =
        UpstreamTlsContext.newBuilder()
            .setCommonTlsContext(
                common()
                    .setCombinedValidationContext(
                        CombinedCertificateValidationContext.newBuilder()
                            .setDefaultValidationContext(expected)
                            .setValidationContextSdsSecretConfig(sds(Names.bundle(trustDomain)))))
            .build();
    return TransportSocketMatch.newBuilder()
        .setName(tunnel)
        .setMatch(Struct.newBuilder().putFields("tunnel", Metadatas.text(tunnel)))
        .setTransportSocket(socket(context))
        .build();
  }

  static TransportSocket downstream(TrustDomain own) {
    return socket(
        DownstreamTlsContext.newBuilder()
            .setRequireClientCertificate(BoolValue.of(true))
            .setCommonTlsContext(
                common().setValidationContextSdsSecretConfig(sds(Names.bundle(own))))
            .build());
  }

  static Resource bundle(TrustBundle bundle) {
    String name = Names.bundle(bundle.trustDomain());
    SPIFFECertValidatorConfig validator =
        SPIFFECertValidatorConfig.newBuilder()
            .addTrustDomains(
                SPIFFECertValidatorConfig.TrustDomain.newBuilder()
                    .setName(bundle.trustDomain().name())
                    .setTrustBundle(inline(Pem.encode(bundle.anchors()))))
            .setTrustBundles(inline(bundleMap(bundle)))
            .build();
    return Resource.of(
        name,
        Secret.newBuilder()
            .setName(name)
            .setValidationContext(
                CertificateValidationContext.newBuilder()
                    .setCustomValidatorConfig(
                        TypedExtensionConfig.newBuilder()
                            .setName(VALIDATOR)
                            .setTypedConfig(pack(validator))))
            .build());
  }

  /** A SPIFFE trust bundle map. A trust domain's name needs no escaping in JSON. */
  private static String bundleMap(TrustBundle bundle) {
    return "{\"trust_domains\":{\""
        + bundle.trustDomain().name()
        + "\":"
        + new String(bundle.toJwks(), StandardCharsets.UTF_8)
        + "}}";
  }

  private static DataSource inline(String text) {
    return DataSource.newBuilder().setInlineString(text).build();
  }

  private static CommonTlsContext.Builder common() {
    return CommonTlsContext.newBuilder()
        .setTlsParams(
            TlsParameters.newBuilder()
                .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3)
                .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3))
        .addAlpnProtocols("h2")
        .addTlsCertificateSdsSecretConfigs(sds(Names.OWN_CERTIFICATE));
  }

  private static SdsSecretConfig sds(String name) {
    return SdsSecretConfig.newBuilder().setName(name).setSdsConfig(ads()).build();
  }

  private static TransportSocket socket(Message context) {
    return TransportSocket.newBuilder().setName(SOCKET).setTypedConfig(pack(context)).build();
  }
}

package io.isthmus.proxy.xds;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.TrustDomain;

/** Reads the bundle of one trust domain from a Secret {@code bundle/<trust domain>}. */
final class SecretReader {
  static final String PREFIX = "bundle/";
  private static final String VALIDATOR =
      "envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig";

  private SecretReader() {}

  static Resource read(Secret secret) throws InvalidResourceException {
    Fields fields = new Fields("Secret " + secret.getName());
    TrustDomain domain = fields.trustDomainOfSecret("name", secret.getName());
    TypedExtensionConfig custom = secret.getValidationContext().getCustomValidatorConfig();
    SPIFFECertValidatorConfig config =
        fields.unpack(
            "validation_context.custom_validator_config",
            custom.getTypedConfig(),
            VALIDATOR,
            SPIFFECertValidatorConfig.parser());
    String document = config.getTrustBundles().getInlineString();
    BundleSet bundles;
    try {
      bundles = BundleSet.parseJson(document.getBytes(UTF_8));
    } catch (BundleFormatException e) {
      throw fields.invalid("trust_bundles", e.getMessage(), "the bundle of " + domain);
    }
    if (bundles.trustDomains().size() != 1 || bundles.find(domain).isEmpty()) {
      throw fields.invalid("trust_bundles", bundles.trustDomains(), "exactly " + domain);
    }
    return new Resource.Bundle(bundles.find(domain).orElseThrow());
  }
}

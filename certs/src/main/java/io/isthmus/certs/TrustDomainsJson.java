package io.isthmus.certs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Several bundles in one document, {@code {"trust_domains": {"<name>": <JWKS>, ...}}}: what Envoy's
 * SPIFFE validator takes as {@code trust_bundles}.
 */
final class TrustDomainsJson {
  private static final String WHAT = "trust domains document";
  private static final JsonFactory JSON = new JsonFactory();

  private TrustDomainsJson() {}

  static BundleSet read(byte[] document) throws BundleFormatException {
    return BundleJson.read(WHAT, document, TrustDomainsJson::readDocument);
  }

  static byte[] write(BundleSet bundles) {
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), document)) {
      json.writeStartObject();
      json.writeName("trust_domains");
      json.writeStartObject();
      for (TrustDomain domain : bundles.trustDomains()) {
        json.writeName(domain.name());
        json.writeRawValue(new String(bundles.find(domain).orElseThrow().toJwks(), UTF_8));
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return document.toByteArray();
  }

  private static BundleSet readDocument(JsonParser json) throws BundleFormatException {
    Optional<BundleSet> bundles = Optional.empty();
    expectObject(json, "the document");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("trust_domains")) {
        bundles = Optional.of(readBundles(json));
      } else {
        json.skipChildren();
      }
    }
    return bundles.orElseThrow(() ->
        new BundleFormatException(
            WHAT + " has no \"trust_domains\": expected an object, empty or not"));
  }

  private static BundleSet readBundles(JsonParser json) throws BundleFormatException {
    BundleSet bundles = BundleSet.EMPTY;
    expectObject(json, "trust_domains");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      TrustDomain domain = TrustDomain.of(json.currentName());
      json.nextToken();
      bundles = bundles.with(new JwksReader(domain).readDocument(json));
    }
    return bundles;
  }

  private static void expectObject(JsonParser json, String where) throws BundleFormatException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new BundleFormatException(
          "%s: %s is %s: expected an object".formatted(WHAT, where, json.currentToken()));
    }
  }
}

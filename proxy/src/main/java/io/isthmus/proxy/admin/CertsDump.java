package io.isthmus.proxy.admin;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.proxy.config.MeshConfig;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** {@code /certs}: certificates by fingerprint and lifetime. Keys are never part of it. */
final class CertsDump {
  private CertsDump() {}

  static byte[] write(Optional<Svid> svid, MeshConfig config) {
    return Json.object(json -> {
      svid.ifPresent(held -> {
        json.writeObjectPropertyStart("svid");
        json.writeStringProperty("id", held.id().toString());
        certificates(json, "chain", held.chain());
        json.writeEndObject();
      });
      bundles(json, config);
    });
  }

  static void bundles(JsonGenerator json, MeshConfig config) {
    json.writeArrayPropertyStart("bundles");
    new TreeMap<>(config.bundles().bundles()).values().forEach(bundle -> bundle(json, bundle));
    json.writeEndArray();
  }

  private static void bundle(JsonGenerator json, TrustBundle bundle) {
    json.writeStartObject();
    json.writeStringProperty("trust_domain", bundle.trustDomain().name());
    json.writeNumberProperty("sequence", bundle.sequence());
    json.writeStringProperty("digest", bundle.digest());
    certificates(json, "anchors", bundle.anchors());
    json.writeEndObject();
  }

  private static void certificates(
      JsonGenerator json, String key, List<X509Certificate> certificates) {
    json.writeArrayPropertyStart(key);
    for (X509Certificate certificate : certificates) {
      json.writeStartObject();
      json.writeStringProperty("sha256", Fingerprint.of(certificate));
      json.writeStringProperty("not_before", certificate.getNotBefore().toInstant().toString());
      json.writeStringProperty("not_after", certificate.getNotAfter().toInstant().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}

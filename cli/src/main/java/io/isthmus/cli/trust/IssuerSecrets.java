package io.isthmus.cli.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.IssuerRequest;
import io.isthmus.certs.issuing.OfferedIssuer.Offer;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Secret in which an operator offers an issuer to the control plane, and the one beside it that
 * keeps the key of a request until it is signed. The control plane reads the first alone.
 *
 * @param name of the first
 */
record IssuerSecrets(KubernetesClient client, String namespace, String name) {
  private static final String REQUEST_KEY = "tls.csr";

  static IssuerSecrets of(OwnDomain own) {
    return new IssuerSecrets(
        own.client(),
        own.namespace(),
        Optional.ofNullable(own.object().getSpec().authority())
            .map(TrustDomainSpec.Authority::operator)
            .map(operator -> operator.issuerSecretRef().name())
            .orElse(ObjectNames.OPERATOR_ISSUER_SECRET));
  }

  String place() {
    return namespace + "/" + name;
  }

  private String requestName() {
    return name + "-request";
  }

  String requestPlace() {
    return namespace + "/" + requestName();
  }

  /** The request that waits for its signature. */
  Optional<String> request() {
    return value(requestName(), REQUEST_KEY);
  }

  /** Makes a key, which stays where it is stored; returns the request. */
  String newRequest(TrustDomain trustDomain) {
    KeyPair keys = CertificateRequest.newKeyPair();
    String request = IssuerRequest.pem(trustDomain, keys);
    client
        .resource(
            request(
                Map.of(
                    ObjectNames.TLS_PRIVATE_KEY,
                    base64(Pem.encode(keys.getPrivate())),
                    REQUEST_KEY,
                    base64(request))))
        .create();
    return request;
  }

  /** As {@link #newRequest} makes it, without what it holds. */
  Secret emptyRequest() {
    return request(Map.of());
  }

  private Secret request(Map<String, String> data) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(requestName())
        .endMetadata()
        .withType("Opaque")
        .withData(data)
        .build();
  }

  /** The key that was made for a request. */
  Optional<String> requestedKey() {
    return value(requestName(), ObjectNames.TLS_PRIVATE_KEY);
  }

  /** The key of what is offered now. */
  Optional<String> offeredKey() {
    return value(name, ObjectNames.TLS_PRIVATE_KEY);
  }

  boolean offers(Offer offer) {
    return Optional.of(offer.chain()).equals(value(name, ObjectNames.TLS_CERTIFICATES_KEY))
        && Optional.of(offer.privateKey()).equals(offeredKey())
        && Optional.of(offer.anchors()).equals(value(name, ObjectNames.TLS_ANCHORS_KEY));
  }

  /** In the place of what was offered before; of two at once, one is a conflict. */
  void put(Offer offer) {
    Secret there = find(name);
    Map<String, String> data =
        Map.of(
            ObjectNames.TLS_CERTIFICATES_KEY, base64(offer.chain()),
            ObjectNames.TLS_PRIVATE_KEY, base64(offer.privateKey()),
            ObjectNames.TLS_ANCHORS_KEY, base64(offer.anchors()));
    if (there == null) {
      client.resource(offered(data)).create();
    } else {
      client.resource(new SecretBuilder(there).withData(data).build()).update();
    }
  }

  /** As {@link #put} writes it, but for the key. */
  Secret withoutKey(Offer offer) {
    return offered(
        Map.of(
            ObjectNames.TLS_CERTIFICATES_KEY, base64(offer.chain()),
            ObjectNames.TLS_ANCHORS_KEY, base64(offer.anchors())));
  }

  private Secret offered(Map<String, String> data) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withType("kubernetes.io/tls")
        .withData(data)
        .build();
  }

  /** The request of this key is over: it is offered now. */
  void forgetRequest(String key) {
    if (requestedKey().equals(Optional.of(key))) {
      client.secrets().inNamespace(namespace).withName(requestName()).delete();
    }
  }

  private @Nullable Secret find(String secret) {
    return client.secrets().inNamespace(namespace).withName(secret).get();
  }

  private Optional<String> value(String secret, String key) {
    return Optional.ofNullable(find(secret))
        .map(Secret::getData)
        .map(data -> data.get(key))
        .map(text -> new String(Base64.getDecoder().decode(text), US_ASCII));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }

  /** Without the client. */
  @Override
  public String toString() {
    return Objects.toString(place());
  }
}

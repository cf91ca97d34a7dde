package io.isthmus.cli.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.IssuerRequest;
import io.isthmus.certs.issuing.OfferedIssuer.Offer;
import io.isthmus.cli.CommandException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The Secret in which an operator offers an issuer to the control plane, and the one beside it that
 * keeps the key of a request until it is signed, as they were read. The control plane reads the
 * first alone. What was decided on them is written only if nobody changed them since.
 *
 * @param name of the first
 */
record IssuerSecrets(
    KubernetesClient client,
    String namespace,
    String name,
    Optional<Secret> offered,
    Optional<Secret> requested) {
  private static final String REQUEST_KEY = "tls.csr";
  private static final String TYPE = "kubernetes.io/tls";
  private static final int CONFLICT = 409;
  private static final int GONE = 404;

  static IssuerSecrets of(OwnDomain own) {
    String name =
        Optional.ofNullable(own.object().getSpec().authority())
            .map(TrustDomainSpec.Authority::operator)
            .map(operator -> operator.issuerSecretRef().name())
            .orElse(ObjectNames.OPERATOR_ISSUER_SECRET);
    return read(own.client(), own.namespace(), name);
  }

  private static IssuerSecrets read(KubernetesClient client, String namespace, String name) {
    var secrets = client.secrets().inNamespace(namespace);
    return new IssuerSecrets(
        client,
        namespace,
        name,
        Optional.ofNullable(secrets.withName(name).get()),
        Optional.ofNullable(secrets.withName(requestOf(name)).get()));
  }

  /** As they are now. */
  IssuerSecrets again() {
    return read(client, namespace, name);
  }

  String place() {
    return namespace + "/" + name;
  }

  private static String requestOf(String name) {
    return name + "-request";
  }

  String requestPlace() {
    return namespace + "/" + requestOf(name);
  }

  /** The request that waits for its signature. */
  Optional<String> request() {
    return value(requested, REQUEST_KEY);
  }

  /** Makes a key, which stays where it is stored; returns the request. */
  String newRequest(TrustDomain trustDomain) {
    KeyPair keys = CertificateRequest.newKeyPair();
    String request = IssuerRequest.pem(trustDomain, keys);
    Secret made =
        request(
            Map.of(
                ObjectNames.TLS_PRIVATE_KEY,
                base64(Pem.encode(keys.getPrivate())),
                REQUEST_KEY,
                base64(request)));
    write(requestPlace(), () -> client.resource(made).create());
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
        .withName(requestOf(name))
        .endMetadata()
        .withType("Opaque")
        .withData(data)
        .build();
  }

  /** The key that was made for a request. */
  Optional<String> requestedKey() {
    return value(requested, ObjectNames.TLS_PRIVATE_KEY);
  }

  /** The key of what is offered now. */
  Optional<String> offeredKey() {
    return value(offered, ObjectNames.TLS_PRIVATE_KEY);
  }

  boolean offers(Offer offer) {
    return Optional.of(offer.chain()).equals(value(offered, ObjectNames.TLS_CERTIFICATES_KEY))
        && Optional.of(offer.privateKey()).equals(offeredKey())
        && Optional.of(offer.anchors()).equals(value(offered, ObjectNames.TLS_ANCHORS_KEY));
  }

  /**
   * In the place of what was offered before.
   *
   * @throws CommandException when somebody else put something there since it was read
   */
  void put(Offer offer) {
    Secret wanted = filled(offer);
    write(
        place(),
        () -> {
          if (offered.isEmpty()) {
            client.resource(wanted).create();
          } else {
            client.resource(wanted).update(); // with the resourceVersion that was read
          }
        });
  }

  private Secret filled(Offer offer) {
    return new SecretBuilder(offered.orElseGet(this::blank))
        .addToData(ObjectNames.TLS_CERTIFICATES_KEY, base64(offer.chain()))
        .addToData(ObjectNames.TLS_PRIVATE_KEY, base64(offer.privateKey()))
        .addToData(ObjectNames.TLS_ANCHORS_KEY, base64(offer.anchors()))
        .build();
  }

  private Secret blank() {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withType(TYPE)
        .build();
  }

  private void write(String place, Runnable write) {
    try {
      write.run();
    } catch (KubernetesClientException e) {
      boolean isGone = e.getCode() == GONE && offered.isPresent();
      if (e.getCode() != CONFLICT && !isGone) {
        throw e;
      }
      throw CommandException.refused(
          "nothing was written to the Secret " + place,
          "somebody else wrote it meanwhile",
          "ask who, and run this again");
    }
  }

  /** What {@link #put} writes, but for the key: by which {@code kubectl apply} leaves the same. */
  Secret withoutKey(Offer offer) {
    return new SecretBuilder(blank())
        .withType(offered.map(Secret::getType).orElse(TYPE)) // it cannot be changed
        .addToData(ObjectNames.TLS_CERTIFICATES_KEY, base64(offer.chain()))
        .addToData(ObjectNames.TLS_ANCHORS_KEY, base64(offer.anchors()))
        .build();
  }

  /** The request of this key is over: it is offered now. */
  void forgetRequest(String key) {
    if (requested.isEmpty() || !requestedKey().equals(Optional.of(key))) {
      return;
    }
    try {
      client.resource(requested.get()).lockResourceVersion().delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      // another request has taken its place meanwhile: that one is not over
    }
  }

  private static Optional<String> value(Optional<Secret> secret, String key) {
    return secret
        .map(Secret::getData)
        .map(data -> data.get(key))
        .map(text -> new String(Base64.getDecoder().decode(text), US_ASCII));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return Objects.toString(place());
  }
}

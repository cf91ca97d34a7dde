package io.isthmus.cli.embedded;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signs and verifies service-account tokens: JWTs by ES256, with the claims that Kubernetes has.
 */
final class ServiceAccountTokens {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final String HEADER =
      encode("{\"alg\":\"ES256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
  private static final String SUBJECT = "system:serviceaccount:";

  private final String issuer;
  private final KeyPair key;
  private final InstantSource clock;

  ServiceAccountTokens(String issuer, KeyPair key, InstantSource clock) {
    this.issuer = issuer;
    this.key = key;
    this.clock = clock;
  }

  /** A service account as a token names it. */
  record ServiceAccount(String namespace, String name, String uid) {
    String username() {
      return SUBJECT + namespace + ":" + name;
    }
  }

  /** What a token is asked for: no audience means the API server itself. */
  record Wanted(ServiceAccount account, List<String> audiences, Duration lifetime) {}

  record Signed(String token, Instant expires) {}

  record Verified(ServiceAccount account, List<String> audiences) {}

  /** A token that proves nothing; the message says why. */
  static final class RefusedTokenException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedTokenException(String message) {
      super(message);
    }
  }

  String issuer() {
    return issuer;
  }

  Signed sign(Wanted wanted) {
    Instant now = clock.instant();
    Instant expires = now.plus(wanted.lifetime());
    ServiceAccount account = wanted.account();
    Map<String, Object> claims =
        Map.of(
            "iss", issuer,
            "sub", account.username(),
            "aud", audiencesOrDefault(wanted.audiences()),
            "iat", now.getEpochSecond(),
            "nbf", now.getEpochSecond(),
            "exp", expires.getEpochSecond(),
            "jti", UUID.randomUUID().toString(),
            "kubernetes.io",
                Map.of(
                    "namespace",
                    account.namespace(),
                    "serviceaccount",
                    Map.of("name", account.name(), "uid", account.uid())));
    String signed = HEADER + "." + encode(JSON.writeValueAsBytes(claims));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return new Signed(signed + "." + encode(signature.sign()), expires);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign a token with the server's own key", e);
    }
  }

  /**
   * Refuses a token that was not signed here, is not valid now, or is for none of the audiences.
   */
  Verified verify(String token, List<String> wantedAudiences) throws RefusedTokenException {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || !parts[0].equals(HEADER)) {
      throw new RefusedTokenException("not an ES256 JWT of this server");
    }
    JsonNode claims = claims(parts);
    Instant now = clock.instant();
    Instant expires = Instant.ofEpochSecond(claims.path("exp").asLong());
    if (!now.isBefore(expires)) {
      throw new RefusedTokenException("the token expired at " + expires + ", it is " + now);
    }
    if (!claims.path("iss").asString().equals(issuer)) {
      throw new RefusedTokenException("issuer " + claims.path("iss") + ": expected " + issuer);
    }
    List<String> has = new ArrayList<>();
    claims.path("aud").forEach(audience -> has.add(audience.asString()));
    List<String> matching = new ArrayList<>(audiencesOrDefault(wantedAudiences));
    matching.retainAll(has);
    if (matching.isEmpty()) {
      throw new RefusedTokenException(
          "audience " + has + ": expected one of " + audiencesOrDefault(wantedAudiences));
    }
    JsonNode own = claims.path("kubernetes.io");
    return new Verified(
        new ServiceAccount(
            own.path("namespace").asString(),
            own.path("serviceaccount").path("name").asString(),
            own.path("serviceaccount").path("uid").asString()),
        matching);
  }

  private JsonNode claims(String[] parts) throws RefusedTokenException {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initVerify(key.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
        throw new RefusedTokenException("the signature is not of this server's key");
      }
      return JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
    } catch (GeneralSecurityException | IllegalArgumentException | JacksonException e) {
      throw new RefusedTokenException("the token cannot be read: " + e.getMessage());
    }
  }

  private List<String> audiencesOrDefault(List<String> audiences) {
    return audiences.isEmpty() ? List.of(issuer) : audiences;
  }

  private static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }
}

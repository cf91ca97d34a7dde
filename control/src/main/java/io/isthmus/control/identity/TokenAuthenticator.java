package io.isthmus.control.identity;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.SpiffeId;
import io.isthmus.control.state.Mesh;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/**
 * Asks the API server whose token it is. Each token is reviewed at each use: nothing is remembered,
 * so a deleted Pod's token ends with the Pod. At most so many reviews are under way at once that
 * the API server is not flooded by a fleet that reconnects.
 */
public final class TokenAuthenticator {
  private static final int CONCURRENT_REVIEWS = 64;
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

  private final KubernetesClient client;
  private final Mesh mesh;
  private final String audience;
  private final Semaphore reviews = new Semaphore(CONCURRENT_REVIEWS);

  public TokenAuthenticator(KubernetesClient client, Mesh mesh, String audience) {
    this.client = client;
    this.mesh = mesh;
    this.audience = audience;
  }

  public String audience() {
    return audience;
  }

  SpiffeId authenticate(String token) throws StatusException {
    TokenReviewStatus status = review(token).getStatus();
    if (status == null || !Boolean.TRUE.equals(status.getAuthenticated())) {
      String error = status == null ? null : status.getError();
      throw refused(error == null || error.isEmpty() ? "not a valid token" : error);
    }
    List<String> audiences = Objects.requireNonNullElse(status.getAudiences(), List.of());
    if (!audiences.contains(audience)) {
      throw refused("it is for " + audiences);
    }
    return id(status.getUser().getUsername());
  }

  private TokenReview review(String token) throws StatusException {
    if (!reviews.tryAcquire()) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(CONCURRENT_REVIEWS + " tokens are being reviewed: try again")
          .asException();
    }
    try {
      return client
          .tokenReviews()
          .create(
              new TokenReviewBuilder()
                  .withNewSpec()
                  .withToken(token)
                  .withAudiences(audience)
                  .endSpec()
                  .build());
    } catch (KubernetesClientException e) {
      throw Status.UNAVAILABLE
          .withDescription("the API server did not review the token: HTTP " + e.getCode())
          .withCause(e)
          .asException();
    } finally {
      reviews.release();
    }
  }

  private SpiffeId id(String user) throws StatusException {
    String[] parts = user.split(":", -1);
    if (!user.startsWith(SERVICE_ACCOUNT) || parts.length != 4) {
      throw Status.PERMISSION_DENIED
          .withDescription("token of '" + user + "': expected one of a service account")
          .asException();
    }
    try {
      return mesh.id(parts[2], parts[3]);
    } catch (InvalidSpiffeIdException e) {
      throw Status.PERMISSION_DENIED.withDescription(e.getMessage()).withCause(e).asException();
    }
  }

  private StatusException refused(String reason) {
    return Status.UNAUTHENTICATED
        .withDescription(
            "token refused: expected one for audience %s: %s".formatted(audience, reason))
        .asException();
  }
}

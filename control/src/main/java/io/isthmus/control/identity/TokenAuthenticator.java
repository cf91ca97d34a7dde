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
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/**
 * Asks the API server whose token it is. Each token is reviewed at each use: nothing is remembered,
 * so a deleted Pod's token ends with the Pod. The {@link ReviewBudget} keeps a fleet that
 * reconnects, and a Pod that means harm, from flooding the API server.
 */
public final class TokenAuthenticator {
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

  private final KubernetesClient client;
  private final Mesh mesh;
  private final String audience;
  private final ReviewBudget budget;

  public TokenAuthenticator(
      KubernetesClient client, Mesh mesh, String audience, InstantSource clock) {
    this.client = client;
    this.mesh = mesh;
    this.audience = audience;
    this.budget = new ReviewBudget(clock);
  }

  public String audience() {
    return audience;
  }

  /**
   * @param address of the caller, whose share of reviews this one is taken from
   */
  SpiffeId authenticate(String token, String address) throws StatusException {
    TokenReviewStatus status = review(token, address).getStatus();
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

  private TokenReview review(String token, String address) throws StatusException {
    try (ReviewBudget.Review _ = budget.begin(address)) {
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

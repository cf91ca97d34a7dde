package io.isthmus.control.injection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponseBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.zjsonpatch.JsonDiff;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Answers {@code admission.k8s.io/v1} reviews of Pods. A Pod that cannot get what it asks for is
 * not admitted, and whoever made it reads why; every other Pod is.
 */
final class Admission {
  private static final int REFUSED = 400;

  private final Injection injection;
  private final Namespaces namespaces;
  private final KubernetesSerialization json = new KubernetesSerialization();

  Admission(Injection injection, Namespaces namespaces) {
    this.injection = injection;
    this.namespaces = namespaces;
  }

  /** What was decided of a review, and what the API server is answered. */
  record Answer(Decision decision, byte[] body) {}

  /** The values of the metric's label. */
  enum Decision {
    INJECTED,
    LEFT_ALONE,
    REFUSED
  }

  /** A body that is no review of a Pod. */
  static final class NoReviewException extends Exception {
    private static final long serialVersionUID = 1;

    NoReviewException(String message) {
      super(message);
    }
  }

  /**
   * @param selected what the namespace is known to ask for by the selector that matched it
   */
  Answer answer(byte[] review, InjectionWish selected) throws NoReviewException {
    AdmissionRequest request = request(review);
    if (!(request.getObject() instanceof Pod pod) || pod.getSpec() == null) {
      throw new NoReviewException("object of the review: expected a Pod with a spec");
    }
    AdmissionResponseBuilder response = new AdmissionResponseBuilder().withUid(request.getUid());
    try {
      return switch (injection.inject(
          Objects.requireNonNullElseGet(pod.getMetadata(), ObjectMeta::new),
          pod.getSpec(),
          wish(request.getNamespace(), selected))) {
        case Injection.Outcome.LeftAlone _ ->
            answer(Decision.LEFT_ALONE, response.withAllowed(true).build());
        case Injection.Outcome.Injected injected ->
            answer(
                Decision.INJECTED,
                response
                    .withAllowed(true)
                    .withPatchType("JSONPatch")
                    .withPatch(
                        patch(
                            pod,
                            new PodBuilder(pod)
                                .withMetadata(injected.metadata())
                                .withSpec(injected.spec())
                                .build()))
                    .build());
      };
    } catch (InjectionRefusedException e) {
      return answer(
          Decision.REFUSED,
          response
              .withAllowed(false)
              .withStatus(
                  new StatusBuilder()
                      .withCode(REFUSED)
                      .withReason("BadRequest")
                      .withMessage("isthmus: " + e.getMessage())
                      .build())
              .build());
    }
  }

  /**
   * A namespace that was selected asks for sidecars, unless it has changed its mind since; what the
   * watch tells may be older than what was selected.
   */
  private InjectionWish wish(String namespace, InjectionWish selected)
      throws InjectionRefusedException {
    if (selected != InjectionWish.ENABLED || isKnownToAsk(namespace)) {
      return selected;
    }
    Optional<ObjectMeta> now = namespaces.now().apply(namespace);
    return now.isPresent() ? InjectionWish.ofNamespace(now.get()).orElse(selected) : selected;
  }

  private boolean isKnownToAsk(String namespace) {
    try {
      Optional<ObjectMeta> known = namespaces.known().apply(namespace);
      return known.isPresent() && InjectionWish.ofNamespace(known.get()) == InjectionWish.ENABLED;
    } catch (InjectionRefusedException e) {
      return false; // it may say something else by now
    }
  }

  private AdmissionRequest request(byte[] review) throws NoReviewException {
    AdmissionReview read;
    if (review.length == 0 || review[0] != '{') { // else it would be read as YAML
      throw new NoReviewException("body: expected an AdmissionReview of admission.k8s.io/v1, JSON");
    }
    try {
      read = json.unmarshal(new ByteArrayInputStream(review), AdmissionReview.class);
    } catch (JacksonException | KubernetesClientException | IllegalArgumentException e) {
      throw new NoReviewException("body: expected an AdmissionReview of admission.k8s.io/v1");
    }
    AdmissionRequest request = read == null ? null : read.getRequest();
    if (request == null || request.getUid() == null) {
      throw new NoReviewException("body: expected an AdmissionReview with a request and its uid");
    }
    return request;
  }

  private String patch(Pod before, Pod after) {
    JsonNode patch =
        JsonDiff.asJson(
            json.convertValue(before, JsonNode.class), json.convertValue(after, JsonNode.class));
    return Base64.getEncoder().encodeToString(patch.toString().getBytes(UTF_8));
  }

  private Answer answer(Decision decision, AdmissionResponse response) {
    return new Answer(
        decision,
        json.asJson(new AdmissionReviewBuilder().withResponse(response).build()).getBytes(UTF_8));
  }
}

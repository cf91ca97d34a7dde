package io.isthmus.e2e.trust;

import io.isthmus.e2e.mesh.Cluster;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far a cluster's rotation is, as its TrustDomain tells it.
 *
 * @param id empty before the first rotation
 * @param held message of the condition {@code Held} while it is true, else empty
 */
record RotationStatus(String phase, String id, List<String> waitingFor, String held) {
  static final String STEADY = "Steady";

  RotationStatus {
    waitingFor = List.copyOf(waitingFor);
  }

  static RotationStatus of(Cluster cluster) {
    return parse(cluster.site().kubectl("get", "trustdomain", cluster.site().name(), "-o", "json"));
  }

  static RotationStatus parse(String trustDomain) {
    JsonNode status = JsonMapper.shared().readTree(trustDomain).path("status");
    JsonNode rotation = status.path("rotation");
    return new RotationStatus(
        status.path("phase").asString(""),
        rotation.path("id").asString(""),
        rotation.path("waitingFor").valueStream().map(JsonNode::asString).toList(),
        status
            .path("conditions")
            .valueStream()
            .filter(condition -> condition.path("type").asString("").equals("Held"))
            .filter(condition -> condition.path("status").asString("").equals("True"))
            .map(condition -> condition.path("message").asString(""))
            .findFirst()
            .orElse(""));
  }

  boolean isOver(RotationWish wish) {
    return phase.equals(STEADY) && id.equals(wish.id());
  }

  @Override
  public String toString() {
    return "%s of '%s', waiting for %s".formatted(phase, id, waitingFor);
  }
}

package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.mirror.plan.MirrorAction;
import io.isthmus.mirror.plan.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries actions out, each on its own: one that fails does not hold up the others. */
final class Writes {
  private static final Logger LOG = LoggerFactory.getLogger(Writes.class);
  private final Surroundings around;
  private final String cluster;

  /**
   * What came of a batch.
   *
   * @param stale how many met an object that had changed; a fresh look will settle them
   * @param failures what the API server refused, for people
   */
  record Result(int done, int stale, List<String> failures) {
    boolean isComplete() {
      return stale == 0 && failures.isEmpty();
    }
  }

  Writes(Surroundings around, String cluster) {
    this.around = around;
    this.cluster = cluster;
  }

  Result apply(List<MirrorAction> actions) {
    int done = 0;
    int stale = 0;
    List<String> failures = new ArrayList<>();
    for (MirrorAction action : actions) {
      HasMetadata object = action.object();
      String verb = action.getClass().getSimpleName();
      String result = "done";
      try {
        around.writer().apply(action);
        done++;
        LOG.atInfo()
            .addKeyValue("object", object.getKind() + " " + ObjectKey.of(object))
            .addKeyValue("verb", verb)
            .addKeyValue("reason", action.reason())
            .log("mirror written");
      } catch (KubernetesClientException e) {
        if (e.getCode() == 409 || e.getCode() == 404) {
          result = "stale";
          stale++;
        } else {
          result = "failed";
          failures.add(
              "%s of %s %s: %s"
                  .formatted(verb, object.getKind(), ObjectKey.of(object), e.getMessage()));
        }
      }
      around.metrics().written(cluster, object.getKind(), result);
    }
    return new Result(done, stale, List.copyOf(failures));
  }
}

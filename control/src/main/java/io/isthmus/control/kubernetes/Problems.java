package io.isthmus.control.kubernetes;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is wrong with input at present; each problem is logged when it begins and when it ends. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private final Map<String, String> current = new ConcurrentHashMap<>();

  Problems(MeterRegistry metrics) {
    metrics.gaugeMapSize("isthmus.input.problems", java.util.List.of(), current);
  }

  /** Replaces the former round's problems, by object. */
  void are(Map<String, String> found) {
    found.forEach((object, problem) -> {
      if (!problem.equals(current.put(object, problem))) {
        LOG.atWarn().addKeyValue("object", object).addKeyValue("problem", problem).log("bad input");
      }
    });
    current
        .keySet()
        .removeIf(object -> {
          boolean over = !found.containsKey(object);
          if (over) {
            LOG.atInfo().addKeyValue("object", object).log("input is good again");
          }
          return over;
        });
  }
}

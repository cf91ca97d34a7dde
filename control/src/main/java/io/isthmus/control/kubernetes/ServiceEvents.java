package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.api.model.Service;
import io.isthmus.control.state.ServiceKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Warning on each Service that is not exported as its owner meant. The log and the metric have
 * all problems, also those that are too many for Events. Used by one thread.
 */
final class ServiceEvents {
  private final Events events;
  private final Map<ServiceKey, String> said = new HashMap<>();

  ServiceEvents(Events events) {
    this.events = events;
  }

  /** All present problems, by Service. */
  void say(List<Service> services, Map<ServiceKey, String> problems) {
    said.keySet().retainAll(problems.keySet());
    for (Service service : services) {
      ServiceKey key =
          new ServiceKey(service.getMetadata().getNamespace(), service.getMetadata().getName());
      String problem = problems.get(key);
      if (problem != null && !problem.equals(said.get(key)) && events.mayWrite()) {
        said.put(key, problem);
        events.write(
            service, new Events.News(Events.Type.WARNING, "NotExported", problem, problem));
      }
    }
  }
}

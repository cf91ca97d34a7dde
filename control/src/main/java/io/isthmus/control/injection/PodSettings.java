package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.isthmus.api.Annotations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a Pod asks of its sidecar, by its annotations and by default. */
record PodSettings(
    CapturedTraffic traffic,
    ResourceRequirements resources,
    String logLevel,
    int drainSeconds,
    SidecarForm form) {
  private static final List<String> LOG_LEVELS = List.of("error", "warn", "info", "debug");
  private static final Quantity CPU_REQUEST = new Quantity("50m");
  private static final Quantity MEMORY_REQUEST = new Quantity("128Mi");
  private static final Quantity MEMORY_LIMIT = new Quantity("384Mi");
  private static final int DRAIN_SECONDS = 30;
  private static final int LONGEST_DRAIN_SECONDS = 3600;

  static PodSettings of(ObjectMeta pod, SidecarForm usual) throws InjectionRefusedException {
    Words words = Words.of(pod);
    // true of every port, since all is carried as it is: only a bad word matters
    words.ports(Annotations.OPAQUE_PORTS);
    return new PodSettings(
        new CapturedTraffic(
            words.ports(Annotations.SKIP_INBOUND_PORTS),
            words.ports(Annotations.SKIP_OUTBOUND_PORTS),
            words.cidrs(Annotations.SKIP_OUTBOUND_CIDRS)),
        resources(words),
        words.oneOf(Annotations.LOG_LEVEL, LOG_LEVELS, "info"),
        words.seconds(Annotations.DRAIN_SECONDS, LONGEST_DRAIN_SECONDS, DRAIN_SECONDS),
        form(words, usual));
  }

  private static SidecarForm form(Words words, SidecarForm usual) throws InjectionRefusedException {
    String otherwise = Boolean.toString(usual == SidecarForm.NATIVE);
    return words
            .oneOf(Annotations.NATIVE_SIDECAR, List.of("true", "false"), otherwise)
            .equals("true")
        ? SidecarForm.NATIVE
        : SidecarForm.CLASSIC;
  }

  private static ResourceRequirements resources(Words words) throws InjectionRefusedException {
    Optional<Quantity> cpuLimit = words.quantity(Annotations.PROXY_CPU_LIMIT);
    Quantity memoryLimit = words.quantity(Annotations.PROXY_MEMORY_LIMIT).orElse(MEMORY_LIMIT);
    Map<String, Quantity> limits = new TreeMap<>();
    cpuLimit.ifPresent(limit -> limits.put("cpu", limit));
    limits.put("memory", memoryLimit);
    Map<String, Quantity> requests = new TreeMap<>();
    requests.put("cpu", request(words, Annotations.PROXY_CPU_REQUEST, CPU_REQUEST, cpuLimit));
    requests.put(
        "memory",
        request(words, Annotations.PROXY_MEMORY_REQUEST, MEMORY_REQUEST, Optional.of(memoryLimit)));
    return new ResourceRequirementsBuilder().withRequests(requests).withLimits(limits).build();
  }

  /** What is usual, or the limit where that is less; what the Pod says may not be more than it. */
  private static Quantity request(
      Words words, String name, Quantity usual, Optional<Quantity> limit)
      throws InjectionRefusedException {
    Optional<Quantity> said = words.quantity(name);
    Quantity request = said.orElse(usual);
    if (limit.isEmpty()
        || request.getNumericalAmount().compareTo(limit.get().getNumericalAmount()) <= 0) {
      return request;
    }
    if (said.isPresent()) {
      throw new InjectionRefusedException(
          "annotation %s: %s is more than the limit, %s".formatted(name, request, limit.get()));
    }
    return limit.get();
  }
}

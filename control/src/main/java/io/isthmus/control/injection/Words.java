package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.isthmus.api.Annotations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The annotations of one Pod, read one by one; each refusal names the annotation and its value. */
final class Words {
  private static final Set<String> KNOWN =
      Set.of(
          Annotations.INJECT,
          Annotations.SKIP_INBOUND_PORTS,
          Annotations.SKIP_OUTBOUND_PORTS,
          Annotations.SKIP_OUTBOUND_CIDRS,
          Annotations.OPAQUE_PORTS,
          Annotations.PROXY_CPU_REQUEST,
          Annotations.PROXY_CPU_LIMIT,
          Annotations.PROXY_MEMORY_REQUEST,
          Annotations.PROXY_MEMORY_LIMIT,
          Annotations.LOG_LEVEL,
          Annotations.DRAIN_SECONDS,
          Annotations.NATIVE_SIDECAR);
  private static final Pattern QUANTITY =
      Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,6})?(m|k|Ki|M|Mi|G|Gi)?");
  private static final int LAST_PORT = 65_535;
  private static final int MOST_ENTRIES = 256;

  private final Map<String, String> words;

  private Words(Map<String, String> words) {
    this.words = words;
  }

  /** Refuses annotations of ours that mean nothing: a misspelt one must not be passed over. */
  static Words of(ObjectMeta pod) throws InjectionRefusedException {
    Map<String, String> words =
        Objects.requireNonNullElse(pod.getAnnotations(), Map.<String, String>of());
    for (String name : words.keySet()) {
      if (name.startsWith(Annotations.PREFIX) && !KNOWN.contains(name)) {
        throw new InjectionRefusedException(
            "annotation %s is none of ours: expected one of %s"
                .formatted(name, String.join(", ", new TreeSet<>(KNOWN))));
      }
    }
    return new Words(words);
  }

  /** Ports, sorted; none where nothing is said. */
  SortedSet<Integer> ports(String name) throws InjectionRefusedException {
    SortedSet<Integer> ports = new TreeSet<>();
    for (String entry : entries(name)) {
      try {
        int port = Integer.parseInt(entry);
        if (port < 1 || port > LAST_PORT) {
          throw refused(name, "expected ports from 1 to 65535, separated by commas");
        }
        ports.add(port);
      } catch (NumberFormatException e) {
        throw refused(name, "expected ports from 1 to 65535, separated by commas");
      }
    }
    return ports;
  }

  /** Networks, in the order that they are said in. */
  List<Cidr> cidrs(String name) throws InjectionRefusedException {
    List<Cidr> cidrs = new ArrayList<>();
    for (String entry : entries(name)) {
      cidrs.add(
          Cidr.parse(entry)
              .orElseThrow(() ->
                  refused(
                      name, "expected CIDRs such as 10.0.0.0/8 or fd00::/8, separated by commas")));
    }
    return cidrs;
  }

  Optional<Quantity> quantity(String name) throws InjectionRefusedException {
    String word = words.get(name);
    if (word == null) {
      return Optional.empty();
    }
    if (!QUANTITY.matcher(word).matches()) {
      throw refused(name, "expected a quantity such as 100m, 0.5, 64Mi or 1Gi");
    }
    return Optional.of(new Quantity(word));
  }

  String oneOf(String name, List<String> allowed, String otherwise)
      throws InjectionRefusedException {
    String word = words.getOrDefault(name, otherwise);
    if (!allowed.contains(word)) {
      throw refused(name, "expected one of " + String.join(", ", allowed));
    }
    return word;
  }

  int seconds(String name, int most, int otherwise) throws InjectionRefusedException {
    String word = words.get(name);
    if (word == null) {
      return otherwise;
    }
    String expected = "expected a whole number of seconds from 1 to " + most;
    try {
      int seconds = Integer.parseInt(word);
      if (seconds < 1 || seconds > most) {
        throw refused(name, expected);
      }
      return seconds;
    } catch (NumberFormatException e) {
      throw refused(name, expected);
    }
  }

  private List<String> entries(String name) throws InjectionRefusedException {
    String word = words.get(name);
    if (word == null) {
      return List.of();
    }
    List<String> entries = List.of(word.split(",", -1)).stream().map(String::strip).toList();
    if (entries.size() > MOST_ENTRIES) {
      throw new InjectionRefusedException(
          "annotation %s: %d entries, expected at most %d"
              .formatted(name, entries.size(), MOST_ENTRIES));
    }
    return entries;
  }

  InjectionRefusedException refused(String name, String expected) {
    return new InjectionRefusedException(
        "annotation %s: '%s', %s".formatted(name, words.get(name), expected));
  }
}

package io.isthmus.mirror.names;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a Pod of this cluster resolves names, as the kubelet writes it into {@code resolv.conf} for
 * the DNS policy {@code ClusterFirst}.
 *
 * @param servers addresses, the first of which is asked
 * @param search domains that a relative name is tried in, in this order
 * @param ndots dots from which on a name is first asked for as it is
 * @param clusterDomain such as {@code cluster.local}
 */
record PodResolver(List<String> servers, List<String> search, int ndots, String clusterDomain) {
  /** What {@code resolv.conf(5)} says of a file that does not. */
  private static final int NDOTS = 1;

  private static final String SERVICES = "svc.";
  private static final String OPTION = "ndots:";

  /** Empty where the file is none of such a Pod, or cannot be read. */
  static Optional<PodResolver> read(Path file) {
    try {
      return parse(Files.readAllLines(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static Optional<PodResolver> parse(List<String> lines) {
    List<String> servers = values(lines, "nameserver").toList();
    // of several lines the last counts
    List<String> search =
        lines.stream()
            .filter(line -> line.strip().startsWith("search"))
            .reduce((former, last) -> last)
            .map(line -> values(List.of(line), "search").toList())
            .orElse(List.of());
    Optional<String> domain =
        search.stream()
            .filter(each -> each.startsWith(SERVICES))
            .map(each -> each.substring(SERVICES.length()))
            .findFirst();
    int ndots =
        values(lines, "options")
            .filter(option -> option.matches(OPTION + "\\d{1,2}"))
            .map(option -> Integer.parseInt(option.substring(OPTION.length())))
            .reduce(NDOTS, (former, last) -> last);
    return domain
        .filter(known -> !servers.isEmpty())
        .map(known -> new PodResolver(servers, search, ndots, known));
  }

  private static Stream<String> values(List<String> lines, String keyword) {
    return lines.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words[0].equals(keyword))
        .flatMap(words -> Stream.of(words).skip(1))
        .map(PodResolver::withoutDot);
  }

  private static String withoutDot(String domain) {
    return domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
  }

  /** The name of a Service, with the dot of the root: one question. */
  String fullName(String namespace, String service) {
    return "%s.%s.svc.%s.".formatted(service, namespace, clusterDomain);
  }

  /** What is asked for one after another, until there is an answer, where a relative name is. */
  List<String> expansions(String name) {
    List<String> questions = new ArrayList<>();
    search.forEach(domain -> questions.add(name + "." + domain + "."));
    long dots = name.chars().filter(each -> each == '.').count();
    questions.add(dots >= ndots ? 0 : questions.size(), name + ".");
    return questions;
  }
}

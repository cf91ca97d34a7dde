package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a CoreDNS is told, as far as it matters which names it answers itself or asks whom for. */
record Corefile(List<Block> blocks) {
  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** The root, of all names. */
  private static final String ROOT = "";

  /**
   * A server block.
   *
   * @param zones without the root's dot; the root itself is empty
   * @param kubernetes zones of each plugin {@code kubernetes}; of one without, the block's
   */
  record Block(List<String> zones, List<List<String>> kubernetes, List<Forward> forwards) {}

  /**
   * @param zones what it forwards
   * @param to addresses without ports; files are left out
   */
  record Forward(List<String> zones, Set<String> to) {}

  static Corefile of(Optional<ConfigMap> map) {
    return parse(
        map.map(it -> Objects.requireNonNullElse(it.getData(), Map.<String, String>of()))
            .map(data -> data.get("Corefile"))
            .orElse(""));
  }

  static Corefile parse(String text) {
    List<Block> blocks = new ArrayList<>();
    Block open = null;
    int depth = 0;
    for (String line : text.lines().toList()) {
      List<String> words = words(line);
      if (words.isEmpty()) {
        continue;
      }
      if (depth == 0 && words.contains("{")) {
        List<String> zones =
            words.stream()
                .takeWhile(word -> !word.equals("{"))
                .map(word -> word.replaceFirst(",$", ""))
                .map(Corefile::zone)
                .toList();
        open = new Block(zones, new ArrayList<>(), new ArrayList<>());
        blocks.add(open);
      } else if (depth == 1 && open != null) {
        read(words.stream().filter(word -> !word.equals("{")).toList(), open);
      }
      for (String word : words) {
        depth += word.equals("{") ? 1 : word.equals("}") ? -1 : 0;
      }
    }
    return new Corefile(List.copyOf(blocks));
  }

  private static List<String> words(String line) {
    int comment = line.indexOf('#');
    String said = (comment < 0 ? line : line.substring(0, comment)).strip();
    return said.isEmpty() ? List.of() : List.of(SPACE.split(said));
  }

  private static void read(List<String> words, Block block) {
    if (words.isEmpty()) {
      return;
    }
    if (words.getFirst().equals("kubernetes")) {
      List<String> own = words.stream().skip(1).map(Corefile::zone).toList();
      block.kubernetes().add(own.isEmpty() ? block.zones() : own);
    } else if (words.getFirst().equals("forward") && words.size() > 2) {
      String from = zone(words.get(1));
      Set<String> to = new TreeSet<>();
      words.stream().skip(2).filter(it -> !it.startsWith("/")).map(Corefile::host).forEach(to::add);
      block.forwards().add(new Forward(from.equals(ROOT) ? block.zones() : List.of(from), to));
    }
  }

  /** Of {@code dns://example.org.:53}: {@code example.org}. */
  private static String zone(String word) {
    String name =
        word.toLowerCase(Locale.ROOT).replaceFirst("^\\w+://", "").replaceFirst(":\\d+$", "");
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** Of {@code tls://192.0.2.1:853} or {@code [2001:db8::1]:53}: the address. */
  private static String host(String word) {
    String address = word.replaceFirst("^\\w+://", "").replaceFirst("%.*$", "");
    return address.startsWith("[")
        ? address.substring(1, Math.max(1, address.indexOf(']')))
        : address.indexOf(':') == address.lastIndexOf(':')
            ? address.replaceFirst(":\\d+$", "")
            : address;
  }

  /** All zones of which it says that somebody else is asked. */
  Stream<String> forwarded() {
    return blocks.stream()
        .flatMap(block -> block.forwards().stream())
        .flatMap(it -> it.zones().stream());
  }

  /** Whom it asks for names of a zone; nobody where it answers itself. */
  Set<String> asksFor(String zone) {
    Optional<Block> block =
        blocks.stream()
            .filter(it -> longest(it.zones(), zone).isPresent())
            .max(Comparator.comparing(it -> longest(it.zones(), zone).orElse(-1)));
    if (block.isEmpty()
        || block.get().kubernetes().stream().anyMatch(zones -> longest(zones, zone).isPresent())) {
      return Set.of();
    }
    return block.get().forwards().stream()
        .filter(forward -> longest(forward.zones(), zone).isPresent())
        .max(Comparator.comparing(forward -> longest(forward.zones(), zone).orElse(-1)))
        .map(Forward::to)
        .orElse(Set.of());
  }

  /** The length of the longest of these that a zone is in. */
  private static Optional<Integer> longest(List<String> zones, String zone) {
    return zones.stream()
        .filter(it -> it.equals(ROOT) || zone.equals(it) || zone.endsWith("." + it))
        .map(String::length)
        .max(Comparator.naturalOrder());
  }
}

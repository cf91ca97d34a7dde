package io.isthmus.control.injection;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which TCP of a Pod passes its sidecar: all but this.
 *
 * @param skippedInboundPorts of the Pod
 * @param skippedOutboundPorts of whoever is called
 * @param skippedOutboundNetworks of whoever is called
 */
public record CapturedTraffic(
    SortedSet<Integer> skippedInboundPorts,
    SortedSet<Integer> skippedOutboundPorts,
    List<Cidr> skippedOutboundNetworks) {
  /** Of the sidecar, and of no application: whose connections are not captured. */
  public static final long SIDECAR_USER = 15_008;

  /** Tunnels, metrics and readiness are for the sidecar itself. */
  private static final List<Integer> OWN_PORTS = List.of(15008, 15020, 15021);

  /** Nobody's: a set of nftables cannot be written without an element. */
  private static final int NO_PORT = 0;

  /** Where the image {@code isthmus-capture} has them. */
  private static final String RULES = "/etc/isthmus/capture.nft";

  private static final int LAST_PORT = 65_535;

  public CapturedTraffic {
    Stream.concat(skippedInboundPorts.stream(), skippedOutboundPorts.stream())
        .filter(port -> port < 1 || port > LAST_PORT)
        .findFirst()
        .ifPresent(port -> {
          throw new IllegalArgumentException(
              "port %d, expected one from 1 to %d".formatted(port, LAST_PORT));
        });
  }

  /** What the init container runs. */
  List<String> command() {
    return command(SIDECAR_USER, RULES);
  }

  /** What nft is called with to set {@code api/.../capture.nft} up. */
  public List<String> command(long user, String rules) {
    SortedSet<Integer> inbound = new TreeSet<>(skippedInboundPorts);
    inbound.addAll(OWN_PORTS);
    SortedSet<Integer> outbound = new TreeSet<>(skippedOutboundPorts);
    outbound.add(NO_PORT);
    return List.of(
        "nft",
        "--define",
        "proxy_user=" + user,
        "--define",
        "skip_inbound_ports=" + set(inbound),
        "--define",
        "skip_outbound_ports=" + set(outbound),
        "--define",
        "skip_outbound_ipv4=" + networks("127.0.0.0/8", Cidr::isIpv4),
        "--define",
        "skip_outbound_ipv6=" + networks("::1/128", cidr -> !cidr.isIpv4()),
        "--file",
        rules);
  }

  private String networks(String loopback, Predicate<Cidr> family) {
    List<String> networks = new ArrayList<>(List.of(loopback));
    skippedOutboundNetworks.stream().filter(family).map(Cidr::toString).forEach(networks::add);
    return set(networks);
  }

  private static String set(Iterable<?> elements) {
    List<Object> all = new ArrayList<>();
    elements.forEach(all::add);
    return all.stream().map(String::valueOf).collect(Collectors.joining(", ", "{ ", " }"));
  }
}

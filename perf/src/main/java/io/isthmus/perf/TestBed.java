package io.isthmus.perf;

import io.isthmus.cli.process.Command;
import java.util.ArrayList;
import java.util.List;

/**
 * Two network namespaces with one link between them: the caller's node and the destination's node.
 * On the caller's node a Service address is captured by nftables and redirected: port 80 to the
 * sidecar, port 81 to HAProxy, so that both pay for the same connection tracking.
 */
final class TestBed implements AutoCloseable {
  static final String CALLER = "isthmus-perf-c";
  static final String DESTINATION = "isthmus-perf-s";
  static final String CALLER_IP = "10.91.0.1";
  static final String DESTINATION_IP = "10.91.0.2";
  static final String SERVICE_IP = "10.96.0.10";
  static final int SIDECAR_CAPTURE_PORT = 15001;
  static final int HAPROXY_CAPTURE_PORT = 16001;

  TestBed() {
    delete();
    Command.run("ip", "netns", "add", CALLER);
    Command.run("ip", "netns", "add", DESTINATION);
    Command.run(
        "ip",
        "link",
        "add",
        "perf0",
        "netns",
        CALLER,
        "type",
        "veth",
        "peer",
        "name",
        "perf0",
        "netns",
        DESTINATION);
    for (String[] node : new String[][] {{CALLER, CALLER_IP}, {DESTINATION, DESTINATION_IP}}) {
      in(node[0], "ip", "link", "set", "lo", "up");
      in(node[0], "ip", "addr", "add", node[1] + "/24", "dev", "perf0");
      in(node[0], "ip", "link", "set", "perf0", "up");
      in(node[0], "sysctl", "-qw", "net.ipv4.ip_local_port_range=10240 65000");
      in(node[0], "sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1");
    }
    in(CALLER, "ip", "route", "add", "10.96.0.0/16", "via", DESTINATION_IP);
    in(
        CALLER,
        "nft",
        "add table ip capture; add chain ip capture out { type nat hook output priority -100; };"
            + " add rule ip capture out ip daddr "
            + SERVICE_IP
            + " tcp dport 80 redirect to :"
            + SIDECAR_CAPTURE_PORT
            + "; add rule ip capture out ip daddr "
            + SERVICE_IP
            + " tcp dport 81 redirect to :"
            + HAPROXY_CAPTURE_PORT);
  }

  /** The command line that runs {@code command} on a node. */
  static List<String> on(String node, List<String> command) {
    List<String> line = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + node));
    line.addAll(command);
    return line;
  }

  static String in(String node, String... command) {
    return Command.run(on(node, List.of(command)).toArray(String[]::new));
  }

  @Override
  public void close() {
    delete();
  }

  private static void delete() {
    String existing = Command.run("ip", "netns", "list");
    for (String node : List.of(CALLER, DESTINATION)) {
      if (existing.lines().anyMatch(line -> line.equals(node) || line.startsWith(node + " "))) {
        Command.run("ip", "netns", "del", node);
      }
    }
  }
}

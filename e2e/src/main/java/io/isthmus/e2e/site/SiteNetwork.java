package io.isthmus.e2e.site;

/** Lays the links of a site: WAN, public address, Pod bridge, and what may come in from outside. */
final class SiteNetwork {
  private SiteNetwork() {}

  static Namespace node(Internet internet, String site, Addresses addresses) {
    Namespace node = Namespace.create(site);
    Namespace router = internet.router();
    String link = "to-" + site;
    node.run(
        "ip", "link", "add", "wan0", "type", "veth", "peer", "name", link, "netns", router.name());
    node.run("ip", "addr", "add", addresses.node() + "/30", "dev", "wan0");
    node.run("ip", "link", "set", "wan0", "up");
    router.run("ip", "addr", "add", addresses.router() + "/30", "dev", link);
    router.run("ip", "link", "set", link, "up");
    router.run("ip", "route", "add", addresses.publicAddress() + "/32", "via", addresses.node());
    node.run("ip", "route", "add", "default", "via", addresses.router());
    node.run("ip", "addr", "add", addresses.publicAddress() + "/32", "dev", "lo");
    node.run("ip", "link", "add", "cni0", "type", "bridge");
    node.run("ip", "addr", "add", Addresses.POD_GATEWAY + "/24", "dev", "cni0");
    node.run("ip", "link", "set", "cni0", "up");
    node.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
    node.run("nft", rules(addresses));
    return node;
  }

  /** From outside only the API server and the gateway, both on the public address. */
  private static String rules(Addresses addresses) {
    String gateway = "ip daddr " + addresses.publicAddress() + " tcp dport 15008";
    return String.join(
        "; ",
        "add table ip edge",
        "add chain ip edge input { type filter hook input priority 0; policy accept; }",
        "add rule ip edge input iifname wan0 ct state established,related accept",
        "add rule ip edge input iifname wan0 ip daddr "
            + addresses.publicAddress()
            + " tcp dport 6443 accept",
        "add rule ip edge input iifname wan0 drop",
        "add chain ip edge forward { type filter hook forward priority 0; policy accept; }",
        "add rule ip edge forward iifname wan0 ct state established,related accept",
        "add rule ip edge forward iifname wan0 ct status dnat accept",
        "add rule ip edge forward iifname wan0 drop",
        "add chain ip edge pre { type nat hook prerouting priority -100; }",
        "add rule ip edge pre " + gateway + " dnat to " + Addresses.EASTWEST,
        "add chain ip edge out { type nat hook output priority -100; }",
        "add rule ip edge out " + gateway + " dnat to " + Addresses.EASTWEST,
        "add chain ip edge post { type nat hook postrouting priority 100; }",
        "add rule ip edge post oifname wan0 masquerade");
  }

  static Namespace pod(Namespace node, String site, String pod, String ip) {
    Namespace namespace = Namespace.create(site + "-" + pod);
    String link = "p-" + pod;
    node.run(
        "ip",
        "link",
        "add",
        link,
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        namespace.name());
    node.run("ip", "link", "set", link, "master", "cni0");
    node.run("ip", "link", "set", link, "up");
    namespace.run("ip", "addr", "add", ip + "/24", "dev", "eth0");
    namespace.run("ip", "link", "set", "eth0", "up");
    namespace.run("ip", "route", "add", "default", "via", Addresses.POD_GATEWAY);
    return namespace;
  }
}

package io.isthmus.e2e.site;

/**
 * The router between sites: it forwards to the public addresses 203.0.113.0/24 and nowhere else.
 */
public final class Internet implements AutoCloseable {
  private final Namespace router;

  public Internet() {
    router = Namespace.create("internet");
    router.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
    router.run(
        "nft",
        "add table inet fw; add chain inet fw forward { type filter hook forward priority 0; policy"
            + " drop; }; add rule inet fw forward ct state established,related accept; add rule"
            + " inet fw forward ip daddr 203.0.113.0/24 accept");
  }

  public Namespace router() {
    return router;
  }

  @Override
  public void close() {
    router.close();
  }
}

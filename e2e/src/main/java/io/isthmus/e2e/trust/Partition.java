package io.isthmus.e2e.trust;

import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.Site;

/** A site that the internet does not reach, in either direction, until it is healed. */
final class Partition implements AutoCloseable {
  private final Internet internet;

  private Partition(Internet internet) {
    this.internet = internet;
  }

  static Partition of(Internet internet, Site site) {
    internet
        .router()
        .run(
            "nft",
            "add table inet cut; add chain inet cut forward { type filter hook forward priority"
                + " -10; policy accept; }; add rule inet cut forward oifname to-"
                + site.name()
                + " drop; add rule inet cut forward iifname to-"
                + site.name()
                + " drop");
    return new Partition(internet);
  }

  @Override
  public void close() {
    internet.router().run("nft", "delete table inet cut");
  }
}

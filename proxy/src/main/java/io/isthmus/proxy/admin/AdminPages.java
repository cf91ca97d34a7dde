package io.isthmus.proxy.admin;

import io.isthmus.certs.Svid;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.metrics.ProxyMetrics.OpenTunnels;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/** The pages of the admin address. */
public final class AdminPages {
  private AdminPages() {}

  /**
   * What the pages show.
   *
   * @param tunnels that are open
   * @param drain begins the shutdown
   */
  public record Sources(
      ConfigSource config,
      Supplier<Optional<Svid>> svid,
      Supplier<OpenTunnels> tunnels,
      Runnable drain) {}

  public static Pages of(Sources sources, LogLevel logLevel) {
    return new Pages()
        .get("/config_dump", () -> Page.json(ConfigDump.write(sources.config())))
        .get("/clusters", () -> Page.json(ClustersDump.write(sources.config().current())))
        .get(
            "/certs",
            () -> Page.json(CertsDump.write(sources.svid().get(), sources.config().current())))
        .get("/tunnels", () -> Page.json(TunnelsDump.write(sources.tunnels().get())))
        .get("/loglevel", () -> Page.text(200, logLevel.current() + "\n"))
        .post("/loglevel", "level", logLevel::change)
        .post(
            "/drain",
            "",
            ignored -> {
              sources.drain().run();
              return Page.text(202, "draining\n");
            });
  }

  /** Throws {@link IllegalArgumentException} unless only this machine can reach the address. */
  public static InetSocketAddress requireLoopback(InetSocketAddress address) {
    if (address.getAddress() == null || !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "admin-address=%s: expected a loopback address such as 127.0.0.1:15000, since its pages"
                  .formatted(address)
              + " can change this process and are not authenticated");
    }
    return address;
  }
}

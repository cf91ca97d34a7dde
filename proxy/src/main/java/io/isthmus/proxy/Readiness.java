package io.isthmus.proxy;

import io.isthmus.proxy.admin.Page;
import io.isthmus.proxy.admin.Pages;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.trust.TrustUpdates;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this process may get traffic, and what it waits for. Safe on any thread. */
final class Readiness {
  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

  private final SvidSource svid;
  private final ConfigSource config;
  private final TrustUpdates trust;
  private final AtomicBoolean announced = new AtomicBoolean();
  private volatile boolean bound;
  private volatile boolean draining;

  Readiness(SvidSource svid, ConfigSource config, TrustUpdates trust) {
    this.svid = svid;
    this.config = config;
    this.trust = trust;
  }

  void listenersBound() {
    bound = true;
    announce();
  }

  void draining() {
    draining = true;
  }

  /** Logs once, when everything is there for the first time. */
  void announce() {
    if (missing().isEmpty() && announced.compareAndSet(false, true)) {
      LOG.atInfo().addKeyValue("ms", ManagementFactory.getRuntimeMXBean().getUptime()).log("ready");
    }
  }

  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (svid.current().isEmpty()) {
      missing.add("no certificate yet: " + svid.trouble().orElse("its source has just started"));
    }
    if (config.since().equals(Instant.EPOCH)) {
      missing.add("no configuration yet: check control-address");
    }
    if (missing.isEmpty() && !trust.isInForce()) {
      // made of both, which takes a few milliseconds: until then every handshake is refused
      missing.add("certificate and trust bundles are not in use yet");
      trust
          .enforcement()
          .refused()
          .forEach(refusal ->
              missing.add(
                  "bundle %d of %s is refused: %s"
                      .formatted(refusal.sequence(), refusal.trustDomain(), refusal.reason())));
    }
    if (!bound) {
      missing.add("listeners are not bound yet");
    }
    if (draining) {
      missing.add("draining");
    }
    return missing;
  }

  /** {@code /ready} and {@code /live}. */
  Pages pages() {
    return new Pages().get("/ready", this::page).get("/live", () -> Page.text(200, "live\n"));
  }

  private Page page() {
    List<String> missing = missing();
    return missing.isEmpty()
        ? Page.text(200, "ready\n")
        : Page.text(503, String.join("\n", missing) + "\n");
  }
}

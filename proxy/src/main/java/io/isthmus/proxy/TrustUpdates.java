package io.isthmus.proxy;

import io.isthmus.certs.Svid;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TrustMaterial;
import java.time.Instant;
import java.util.Optional;

/** Brings identity and bundles together into TLS, whichever of the two changes. */
final class TrustUpdates {
  private final TlsContexts contexts;
  private final ConfigSource config;
  private final SvidSource svid;
  private final Runnable afterwards;

  TrustUpdates(TlsContexts contexts, ConfigSource config, SvidSource svid, Runnable afterwards) {
    this.contexts = contexts;
    this.config = config;
    this.svid = svid;
    this.afterwards = afterwards;
  }

  void follow() {
    config.subscribe(changed -> update());
    svid.subscribe(changed -> update());
    update();
  }

  private synchronized void update() {
    Optional<Svid> own = svid.current();
    MeshConfig current = config.current();
    if (own.isPresent() && !config.since().equals(Instant.EPOCH)) {
      contexts.update(
          new TrustMaterial(
              own.orElseThrow(), current.bundles(), current.inbound().trustDomains().keySet()));
    }
    afterwards.run();
  }
}

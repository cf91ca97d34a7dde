package io.isthmus.perf;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.identity.ControlPlane;
import io.isthmus.proxy.identity.ControlPlaneConnector;
import io.isthmus.proxy.identity.ControlPlaneSvidSource;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.trust.Enforcement;
import io.isthmus.proxy.trust.TrustReporter;
import io.isthmus.proxy.trust.TrustUpdates;
import io.isthmus.proxy.xds.Node;
import io.isthmus.proxy.xds.XdsClient;
import io.isthmus.proxy.xds.XdsObserver;
import io.isthmus.proxy.xds.XdsTiming;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** A sidecar without its data plane: its identity, configuration, trust and reports, all real. */
final class SimulatedProxy {
  private static final int RECHECK_SECONDS = 3;
  private final ControlPlaneSvidSource svids;
  private final TrustUpdates trust;
  private final XdsClient client;

  SimulatedProxy(int number, Path directory, ScheduledExecutorService timer) {
    InstantSource clock = InstantSource.system();
    String account = FleetAddresses.account(number);
    String pod = account + "-1";
    TrustDomain domain = TrustDomain.of("perf.test");
    ControlPlaneConnector connector =
        new ControlPlaneConnector(
            new ControlPlane(
                new InetSocketAddress(FleetAddresses.control(number), MeshCluster.CONTROL_PORT),
                domain,
                directory.resolve("bundle.json"),
                directory.resolve("token-" + account)),
            clock);
    ConfigHolder config = new ConfigHolder(clock);
    svids =
        new ControlPlaneSvidSource(
            connector,
            SpiffeId.workload(domain, "perf", account),
            new ControlPlaneSvidSource.Timing(clock, RandomGenerator.getDefault()));
    trust =
        new TrustUpdates(
            new TlsContexts(clock, HandshakeObserver.none()),
            new TrustUpdates.Sources(config, svids),
            refused -> {},
            new TrustUpdates.Timing(
                clock, task -> timer.schedule(task, RECHECK_SECONDS, TimeUnit.SECONDS)));
    client =
        new XdsClient(
                new XdsClient.Connection(connector, svids, XdsTiming.DEFAULT),
                new Node(
                    Node.Role.SIDECAR,
                    "perf",
                    new Node.Workload("perf", account, pod, FleetAddresses.pod(number)),
                    Node.ExplicitNames.NOT_ASKED),
                config,
                XdsObserver.NONE)
            .sharedWith(new TrustReporter(pod, trust, svids, clock));
  }

  /** In the order of a sidecar's process. */
  void start() {
    svids.start();
    client.start();
    trust.follow(() -> {});
  }

  boolean isReady() {
    return trust.isInForce();
  }

  /** Whether TLS shows a leaf that {@code issuer} signed. */
  boolean shows(String issuer) {
    return trust
        .enforcement()
        .leaf()
        .map(Enforcement.Leaf::issuer)
        .filter(issuer::equals)
        .isPresent();
  }

  /** How often it asked for a certificate in vain. */
  long failures() {
    return svids.failures();
  }
}

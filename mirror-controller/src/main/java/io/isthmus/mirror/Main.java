package io.isthmus.mirror;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.client.LastingClient;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import io.isthmus.mirror.canary.GatewayCanary;
import io.isthmus.mirror.canary.IssuedCanary;
import io.isthmus.mirror.leader.Election;
import io.isthmus.mirror.leader.FencedWriter;
import io.isthmus.mirror.link.MirrorMetrics;
import io.isthmus.mirror.link.Surroundings;
import io.isthmus.mirror.names.DnsNameProbe;
import io.isthmus.mirror.names.NameProbe;
import io.isthmus.mirror.probe.GatewayProbe;
import io.isthmus.mirror.probe.TunnelProbe;
import io.isthmus.mirror.survey.Survey;
import io.isthmus.proxy.identity.CanaryCertificates;
import io.isthmus.proxy.identity.ControlPlane;
import io.isthmus.proxy.identity.ControlPlaneConnector;
import io.isthmus.proxy.identity.ControlPlaneSvidSource;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Settings;
import io.isthmus.settings.SettingsReader;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the mirror controller, and ends it on SIGTERM in the opposite order. */
public final class Main {
  private static final String PROCESS = "mirror-controller";

  /** A survey without an identity says so of every gateway. */
  private static final Duration CERTIFIED_WITHIN = Duration.ofSeconds(20);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final InstantSource clock = InstantSource.system();

  private Main() {}

  public static void main(String[] args) {
    Settings settings = SettingsReader.of(MirrorSettings.all()).readOrExit(PROCESS, args);
    // before the first logger is made: logback.xml reads it
    System.setProperty("isthmus.log-level", settings.get(CommonSettings.LOG_LEVEL));
    // of the JDK's HTTP server, before its first use: whoever connects and stalls is cut off
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("jdk.httpserver.maxConnections", "1024");
    Main main = new Main();
    Runtime.getRuntime().addShutdownHook(new Thread(main::stop, "stop"));
    try {
      main.start(settings);
    } catch (IOException | KubernetesClientException e) {
      System.err.println(PROCESS + ": " + e.getMessage());
      System.exit(2);
    }
  }

  private void start(Settings settings) throws IOException {
    KubernetesClient client = LastingClient.of(config(settings.get(MirrorSettings.KUBECONFIG)));
    started.push(client);
    Identity identity = identity(settings);
    GatewayProbe probe = new TunnelProbe(identity.current(), clock);
    started.push(probe);
    if (settings.get(MirrorSettings.SURVEY).isPresent()) {
      survey(settings, client, identity.current(), probe);
      return;
    }
    GatewayCanary canary = new IssuedCanary(identity.canaries()::request, clock);
    started.push(canary);
    NameProbe names = new DnsNameProbe();
    started.push(names);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    MirrorMetrics metrics = new MirrorMetrics(registry);
    MirrorController controller =
        new MirrorController(leadership ->
            new Surroundings(
                settings.get(CommonSettings.CLUSTER),
                settings.get(CommonSettings.TRUST_DOMAIN),
                settings.get(MirrorSettings.NAMESPACE),
                client,
                new FencedWriter(client, leadership),
                LastingClient::of,
                probe,
                canary,
                names,
                settings.get(MirrorSettings.PROBE_INTERVAL),
                metrics,
                clock));
    started.push(pages(settings, registry, controller));
    Election election =
        new Election(
            client,
            new Election.Candidate(
                settings.get(MirrorSettings.NAMESPACE), settings.get(MirrorSettings.IDENTITY)),
            controller,
            clock);
    started.push(election);
    election.start();
  }

  private static void survey(
      Settings settings, KubernetesClient client, SvidSource identity, GatewayProbe probe)
      throws IOException {
    long end = System.nanoTime() + CERTIFIED_WITHIN.toNanos();
    while (identity.current().isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
    try {
      Survey.write(
          new Survey(probe).of(client, settings.get(MirrorSettings.NAMESPACE)),
          settings.get(MirrorSettings.SURVEY).orElseThrow());
    } catch (RuntimeException e) {
      throw new IOException("the survey failed: " + e.getMessage(), e); // its threads run on
    }
    System.exit(0);
  }

  private static Pages pages(
      Settings settings, PrometheusMeterRegistry registry, MirrorController controller)
      throws IOException {
    var address = settings.get(MirrorSettings.METRICS_ADDRESS);
    try {
      return new Pages(address, registry, controller::isReady);
    } catch (IOException e) {
      throw new IOException(
          "metrics-address %s: %s; is another process there?".formatted(address, e.getMessage()),
          e);
    }
  }

  /** What this process proves to be, now and under the issuer that comes next. */
  private record Identity(ControlPlaneSvidSource current, CanaryCertificates canaries) {}

  private Identity identity(Settings settings) {
    TrustDomain trustDomain = TrustDomain.of(settings.get(CommonSettings.TRUST_DOMAIN));
    ControlPlaneConnector connector =
        new ControlPlaneConnector(
            new ControlPlane(
                settings.get(MirrorSettings.CONTROL_ADDRESS),
                trustDomain,
                settings.get(MirrorSettings.CONTROL_BUNDLE),
                settings.get(MirrorSettings.TOKEN_FILE)),
            clock);
    started.push(connector);
    SpiffeId id =
        SpiffeId.workload(
            trustDomain,
            settings.get(MirrorSettings.NAMESPACE),
            ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT);
    ControlPlaneSvidSource source =
        new ControlPlaneSvidSource(
            connector, id, new ControlPlaneSvidSource.Timing(clock, RandomGenerator.getDefault()));
    started.push(source);
    source.start();
    return new Identity(source, new CanaryCertificates(connector, id));
  }

  private static Config config(Optional<Path> kubeconfig) throws IOException {
    if (kubeconfig.isEmpty()) {
      return Config.autoConfigure(null);
    }
    Path file = kubeconfig.get();
    try {
      return Config.fromKubeconfig(file.toFile());
    } catch (RuntimeException e) {
      throw new IOException(
          "kubeconfig=%s: expected a kubeconfig file: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void stop() {
    Logger log = LoggerFactory.getLogger(Main.class);
    log.atInfo().log("stopping");
    while (!started.isEmpty()) {
      AutoCloseable part = started.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.atWarn().setCause(e).log("a part did not stop");
      }
    }
  }
}

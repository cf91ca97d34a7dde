package io.isthmus.proxy;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.admin.TcpProbes;
import io.isthmus.proxy.outbound.UnknownDestinations;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Setting;
import io.isthmus.settings.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The settings of the sidecar: each declared here, once. */
public record SidecarSettings(Settings values) {
  public static final Setting<String> NAMESPACE =
      Setting.text("namespace", "namespace of this pod").required();
  public static final Setting<String> SERVICE_ACCOUNT =
      Setting.text("service-account", "service account of this pod").required();
  public static final Setting<String> POD = Setting.text("pod", "name of this pod").required();
  public static final Setting<InetAddress> POD_IP =
      Setting.ip("pod-ip", "address of this pod").required();
  public static final Setting<InetSocketAddress> CONTROL_ADDRESS =
      Setting.hostAndPort("control-address", "host and port of the control plane").required();
  public static final Setting<Path> CONTROL_BUNDLE =
      Setting.path(
              "control-bundle",
              "trust bundle (JWKS) of the own trust domain; read again at every use")
          .required();
  public static final Setting<Path> TOKEN_FILE =
      Setting.path("token-file", "service-account token; read again at every use").required();
  public static final Setting<InetSocketAddress> INBOUND_ADDRESS =
      Setting.address("inbound-address", "where tunnels from the mesh are accepted")
          .withDefault(new InetSocketAddress("0.0.0.0", 15008));
  public static final Setting<Optional<InetSocketAddress>> INBOUND_PLAINTEXT_ADDRESS =
      Setting.address(
              "inbound-plaintext-address", "where captured plain text is accepted, e.g. port 15006")
          .optional();
  public static final Setting<Optional<InetSocketAddress>> OUTBOUND_ADDRESS =
      Setting.address(
              "outbound-address", "where captured connections are accepted, e.g. port 15001")
          .optional();
  public static final Setting<Optional<InetSocketAddress>> EXPLICIT_ADDRESS =
      Setting.address(
              "explicit-address",
              "where SOCKS5 and HTTP CONNECT are served: a loopback address or pod-ip, e.g. port 15080")
          .optional();
  public static final Setting<InetSocketAddress> ADMIN_ADDRESS =
      Setting.address("admin-address", "where admin pages are served")
          .must("on a loopback address", a -> a.getAddress().isLoopbackAddress())
          .withDefault(new InetSocketAddress("127.0.0.1", 15000));
  public static final Setting<InetSocketAddress> METRICS_ADDRESS =
      Setting.address("metrics-address", "where metrics are served")
          .withDefault(new InetSocketAddress("0.0.0.0", 15020));
  public static final Setting<InetSocketAddress> READY_ADDRESS =
      Setting.address("ready-address", "where readiness and liveness are served")
          .withDefault(new InetSocketAddress("0.0.0.0", 15021));
  public static final Setting<Optional<String>> TCP_PROBES =
      Setting.text(
              "tcp-probes",
              "ports of the application that /tcp/<port> beside readiness tries, for probes")
          .must("ports from 1 to 65535, separated by commas", TcpProbes::arePorts)
          .optional();
  public static final Setting<String> ACCESS_LOG =
      Setting.text("access-log", "stdout, off, or the file to append to").withDefault("stdout");
  public static final Setting<Duration> DRAIN_PERIOD =
      Setting.duration("drain-period", "how long open connections may go on after SIGTERM")
          .withDefault(Duration.ofSeconds(30));
  public static final Setting<Optional<Duration>> MAX_CONNECTION_AGE =
      Setting.duration(
              "max-connection-age",
              "after this time a tunnel is closed, connections inside it included, which else outlive their certificates")
          .must("at least 1m", age -> age.compareTo(Duration.ofMinutes(1)) >= 0)
          .optional();
  public static final Setting<Long> MEMORY_BUDGET =
      Setting.bytes("memory-budget", "memory for the windows of tunnels").withDefault(64L << 20);
  public static final Setting<Integer> THREADS =
      Setting.integer("threads", "event loops")
          .must("from 1 to 256", n -> n >= 1 && n <= 256)
          .withDefault(Runtime.getRuntime().availableProcessors(), "the number of processors");
  public static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration("connect-timeout", "for TCP connections to targets")
          .withDefault(Duration.ofSeconds(5));
  public static final Setting<UnknownDestinations> UNKNOWN_DESTINATIONS =
      Setting.oneOf(
              "unknown-destinations",
              "what becomes of connections to addresses that are no Service's",
              UnknownDestinations.class)
          .withDefault(UnknownDestinations.REFUSE);

  /** Throws {@link IllegalArgumentException} when values that are good by themselves clash. */
  public SidecarSettings {
    InetAddress pod = values.get(POD_IP);
    values.get(EXPLICIT_ADDRESS).ifPresent(address -> requireOwn(address, pod));
  }

  /** Nobody is asked who they are there: whoever reaches it calls as this workload. */
  private static void requireOwn(InetSocketAddress explicit, InetAddress pod) {
    InetAddress ip = explicit.getAddress();
    if (ip.isAnyLocalAddress() || !(ip.isLoopbackAddress() || ip.equals(pod))) {
      throw new IllegalArgumentException(
          "%s=%s: expected a loopback address or %s, %s: it asks callers for no credentials"
              .formatted(
                  EXPLICIT_ADDRESS.key(),
                  Party.text(explicit),
                  POD_IP.key(),
                  pod.getHostAddress()));
    }
  }

  /** All, in the order of the reference. */
  public static List<Setting<?>> all() {
    List<Setting<?>> all = new ArrayList<>(CommonSettings.all());
    all.addAll(
        List.of(
            NAMESPACE, SERVICE_ACCOUNT, POD, POD_IP, CONTROL_ADDRESS, CONTROL_BUNDLE, TOKEN_FILE));
    all.addAll(SvidSettings.all());
    all.addAll(
        List.of(
            INBOUND_ADDRESS,
            INBOUND_PLAINTEXT_ADDRESS,
            OUTBOUND_ADDRESS,
            EXPLICIT_ADDRESS,
            ADMIN_ADDRESS,
            METRICS_ADDRESS,
            READY_ADDRESS,
            TCP_PROBES,
            ACCESS_LOG,
            DRAIN_PERIOD,
            MAX_CONNECTION_AGE,
            MEMORY_BUDGET,
            THREADS,
            CONNECT_TIMEOUT,
            UNKNOWN_DESTINATIONS));
    return List.copyOf(all);
  }

  public <T> T get(Setting<T> setting) {
    return values.get(setting);
  }

  public String cluster() {
    return get(CommonSettings.CLUSTER);
  }

  public TrustDomain trustDomain() {
    return TrustDomain.of(get(CommonSettings.TRUST_DOMAIN));
  }

  /** The own cluster's gateway, whose word about callers is believed. */
  public SpiffeId gateway() {
    return SpiffeId.workload(trustDomain(), "isthmus-system", "isthmus-gateway");
  }

  /** What this proxy says of itself in every tunnel request. */
  public String baggage() {
    return "k8s.cluster.name=%s,k8s.namespace.name=%s,service.name=%s"
        .formatted(cluster(), get(NAMESPACE), get(SERVICE_ACCOUNT));
  }

  /** Where names are looked up, for messages. */
  public String scope() {
    return "namespace " + get(NAMESPACE) + " of cluster " + cluster();
  }
}

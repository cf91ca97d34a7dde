package io.isthmus.api.testing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * etcd and kube-apiserver on loopback ports, with RBAC, tokens of service accounts (audience {@code
 * isthmus} included) and Isthmus' CRDs. Ready in a few seconds, about 310 MB.
 */
public final class RealApiServer implements AutoCloseable {
  private static final String ADMIN_TOKEN = "admin-of-this-test";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String AUDIENCES = "https://kubernetes.default.svc,isthmus";
  private static final List<String> CRDS = List.of("links.yaml", "trustdomains.yaml");

  private final ControlPlanePrograms programs;
  private final Path directory;
  private final List<ServerProcess> processes = new ArrayList<>();
  private final AtomicInteger namespaces = new AtomicInteger();
  private final List<String> etcdCommand;
  private final List<String> apiServerCommand;
  private final int port;
  private final KubernetesClient admin;
  private final Thread atExit = new Thread(this::stopProcesses, "real-api-server-stop");
  private ServerProcess etcd;
  private ServerProcess apiServer;

  private RealApiServer(ControlPlanePrograms programs, Path directory, int[] ports)
      throws IOException, GeneralSecurityException {
    this.programs = programs;
    this.directory = directory;
    this.port = ports[2];
    Runtime.getRuntime().addShutdownHook(atExit);
    writeKeys();
    Files.writeString(directory.resolve("tokens.csv"), ADMIN_TOKEN + ",admin,1,system:masters\n");
    this.etcdCommand = etcd(ports[0], ports[1]);
    this.etcd = ServerProcess.start(directory, etcdCommand);
    processes.add(etcd);
    this.apiServerCommand = apiServer(ports[0]);
    this.apiServer = ServerProcess.start(directory, apiServerCommand);
    processes.add(apiServer);
    // it writes the key after the certificate: once it is there, the certificate is whole
    apiServer.awaitReady(() -> Files.exists(directory.resolve("apiserver.key")), PATIENCE);
    this.admin = client(ADMIN_TOKEN);
    awaitApiServer();
    installCrds();
  }

  /** Starts a server of its own; {@link RealApiServerExtension} shares one between tests. */
  public static RealApiServer start(ControlPlanePrograms programs) {
    try {
      Path directory = Files.createTempDirectory("isthmus-api-server");
      return new RealApiServer(programs, directory, freePorts(3));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the API server did not start: " + e.getMessage(), e);
    }
  }

  /** A client with every right. */
  public KubernetesClient admin() {
    return admin;
  }

  public String url() {
    return "https://127.0.0.1:" + port;
  }

  /** A client that holds the token, and takes nothing from this machine's surroundings. */
  public KubernetesClient client(String token) {
    return new KubernetesClientBuilder().withConfig(config(token)).build();
  }

  public Config config(String token) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url())
        .withCaCertData(certificate())
        .withOauthToken(token)
        .withRequestRetryBackoffLimit(0)
        .build();
  }

  /** The text of a kubeconfig file. */
  public String kubeconfig(String token) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: test
      cluster: {server: "%s", certificate-authority-data: "%s"}
    users:
    - name: test
      user: {token: "%s"}
    contexts:
    - name: test
      context: {cluster: test, user: test}
    current-context: test
    """
        .formatted(url(), certificate(), token);
  }

  public String adminKubeconfig() {
    return kubeconfig(ADMIN_TOKEN);
  }

  /** A new namespace whose name starts with the prefix. */
  public String newNamespace(String prefix) {
    String name = prefix + "-" + namespaces.incrementAndGet();
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /** A token of a service account, which is made if it is not there. */
  public String createToken(String namespace, String serviceAccount, String audience) {
    var accounts = admin.serviceAccounts().inNamespace(namespace);
    if (accounts.withName(serviceAccount).get() == null) {
      accounts
          .resource(
              new io.fabric8.kubernetes.api.model.ServiceAccountBuilder()
                  .withNewMetadata()
                  .withName(serviceAccount)
                  .withNamespace(namespace)
                  .endMetadata()
                  .build())
          .create();
    }
    return accounts
        .withName(serviceAccount)
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(audience)
                .withExpirationSeconds(3600L)
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  /** A token that the API server itself takes. */
  public String createToken(String namespace, String serviceAccount) {
    return createToken(namespace, serviceAccount, "https://kubernetes.default.svc");
  }

  /** Starts kube-controller-manager: EndpointSlices, ends of namespaces, garbage collection. */
  public void startControllerManager() {
    try {
      Path kubeconfig = directory.resolve("controller-manager.kubeconfig");
      Files.writeString(kubeconfig, adminKubeconfig());
      processes.add(
          ServerProcess.start(
              directory,
              List.of(
                  programs.path("kube-controller-manager"),
                  "--kubeconfig=" + kubeconfig,
                  "--leader-elect=false",
                  "--secure-port=0",
                  "--service-account-private-key-file=" + directory.resolve("sa.key"),
                  "--use-service-account-credentials=false")));
    } catch (IOException e) {
      throw new IllegalStateException("kube-controller-manager did not start", e);
    }
  }

  /** Kills the API server; what it stored stays with etcd. */
  public void killApiServer() {
    apiServer.close();
    processes.remove(apiServer);
  }

  /** Starts the API server again on the same port. */
  public void restartApiServer() {
    try {
      apiServer = ServerProcess.start(directory, apiServerCommand);
      processes.add(apiServer);
      awaitApiServer();
    } catch (IOException e) {
      throw new IllegalStateException("the API server did not start again", e);
    }
  }

  /** Keeps what is stored now, for {@link #restoreStore}. The API server is away for a while. */
  public void saveStore() {
    replaceStore(() -> copy(store(), saved()));
  }

  /** What was stored since {@link #saveStore} is gone, as when etcd gets back a snapshot. */
  public void restoreStore() {
    replaceStore(() -> {
      delete(store());
      copy(saved(), store());
    });
  }

  private Path store() {
    return directory.resolve("etcd");
  }

  private Path saved() {
    return directory.resolve("etcd-saved");
  }

  private void replaceStore(Runnable change) {
    killApiServer();
    etcd.close();
    processes.remove(etcd);
    change.run();
    try {
      etcd = ServerProcess.start(directory, etcdCommand);
      processes.addFirst(etcd);
    } catch (IOException e) {
      throw new IllegalStateException("etcd did not start again", e);
    }
    restartApiServer();
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException("left behind: " + tree, e);
    }
  }

  @Override
  public void close() {
    admin.close();
    Runtime.getRuntime().removeShutdownHook(atExit);
    stopProcesses();
    delete(directory);
  }

  private void stopProcesses() {
    processes.reversed().forEach(ServerProcess::close);
  }

  private void awaitApiServer() throws IOException {
    apiServer.awaitReady(this::isReady, PATIENCE);
  }

  private boolean isReady() {
    try {
      return "ok".equals(admin.raw("/readyz"));
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private void installCrds() throws IOException {
    for (String crd : CRDS) {
      try (InputStream yaml =
          RealApiServer.class.getResourceAsStream("/META-INF/isthmus/crds/" + crd)) {
        if (yaml == null) {
          throw new IOException(crd + " is not on the class path");
        }
        admin.apiextensions().v1().customResourceDefinitions().load(yaml).create();
      }
    }
    for (String crd : CRDS) {
      String name = crd.replace(".yaml", ".isthmus.io");
      admin
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName(name)
          .waitUntilCondition(
              definition ->
                  definition != null
                      && definition.getStatus() != null
                      && definition.getStatus().getConditions() != null // none for a moment
                      && definition.getStatus().getConditions().stream()
                          .anyMatch(condition ->
                              condition.getType().equals("Established")
                                  && condition.getStatus().equals("True")),
              30,
              java.util.concurrent.TimeUnit.SECONDS);
    }
    // established is not yet served: for a moment lists are refused with 429
    apiServer.awaitReady(this::servesCustomResources, PATIENCE);
  }

  private boolean servesCustomResources() {
    try {
      admin.resources(Link.class).inAnyNamespace().list();
      admin.resources(TrustDomain.class).list();
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private String certificate() {
    try {
      byte[] pem = Files.readAllBytes(directory.resolve("apiserver.crt"));
      return Base64.getEncoder().encodeToString(pem);
    } catch (IOException e) {
      throw new IllegalStateException("the API server's certificate cannot be read", e);
    }
  }

  private List<String> etcd(int clientPort, int peerPort) {
    String client = "http://127.0.0.1:" + clientPort;
    String peer = "http://127.0.0.1:" + peerPort;
    return List.of(
        programs.path("etcd"),
        "--unsafe-no-fsync",
        "--log-level=error",
        "--data-dir=" + store(),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=default=" + peer);
  }

  private List<String> apiServer(int etcdPort) {
    return List.of(
        programs.path("kube-apiserver"),
        "--etcd-servers=http://127.0.0.1:" + etcdPort,
        "--bind-address=127.0.0.1",
        "--secure-port=" + port,
        "--cert-dir=" + directory,
        "--endpoint-reconciler-type=none",
        "--authorization-mode=RBAC",
        "--token-auth-file=" + directory.resolve("tokens.csv"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + directory.resolve("sa.pub"),
        "--service-account-signing-key-file=" + directory.resolve("sa.key"),
        "--api-audiences=" + AUDIENCES,
        // addresses of this machine, so that what a Service stands for can be served
        "--service-cluster-ip-range=127.96.0.0/16",
        "--disable-admission-plugins=ServiceAccount",
        "--allow-privileged");
  }

  private void writeKeys() throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    writePem("sa.key", "PRIVATE KEY", keys.getPrivate().getEncoded());
    writePem("sa.pub", "PUBLIC KEY", keys.getPublic().getEncoded());
  }

  private void writePem(String file, String what, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what));
  }

  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      int[] ports = new int[count];
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports[i] = socket.getLocalPort();
      }
      return ports;
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}

package io.isthmus.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.Pem;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.identity.FakeControlPlane;
import io.isthmus.proxy.identity.workloadapi.FakeAgent;
import io.isthmus.proxy.training.Loopback;
import io.isthmus.proxy.training.PackagedProcess;
import io.isthmus.proxy.xds.ServedMesh;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.spiffe.workloadapi.X509SVIDResponse;

/**
 * The sidecar process with each source of its SVID. It calls the application that it is itself the
 * sidecar of, so every request shows its certificate on both ends of a tunnel.
 */
final class SvidSourcesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final TestCa ca = TestCa.create("west.demo");
  private final Svid first = ca.svid("shop", "hello");
  private final Svid second = ca.svid("shop", "hello");
  private final ServedMesh mesh = new ServedMesh();
  private final String ip = Loopback.unused();
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();
  private EchoApplication application;
  private FakeControlPlane control;

  @SuppressWarnings("NullAway.Init")
  private PackagedProcess sidecar;

  @BeforeEach
  void start() throws Exception {
    application = EchoApplication.start(new InetSocketAddress(ip, 8080));
    control = new FakeControlPlane(ca, directory).serving(mesh.service());
    control.certifies = first.id();
    control.start();
  }

  @AfterEach
  void close() throws Exception {
    http.close();
    sidecar.close();
    control.close();
    application.close();
  }

  private void sidecar(String... more) throws IOException {
    sidecar =
        new PackagedProcess(
            PackagedProcess.Launch.onThisJvm(
                List.of(
                    "@" + Path.of("src", "main", "jvm", "proxy.options"),
                    "-Xlog:class+load:file=" + directory.resolve("classes.log")),
                Path.of("target", "isthmus-proxy.jar"),
                ip,
                directory.resolve("sidecar.log")),
            control.sidecarArguments(ip, more));
    mesh.configureSidecar(ca, first.id(), ip);
  }

  @Test
  void goesOnThroughARotationByTheWorkloadApiAndARestartOfItsAgent() throws Exception {
    try (FakeAgent agent = new FakeAgent(directory.resolve("agent.sock"))) {
      sidecar("--svid-source=workload-api", "--workload-api-socket=unix://" + agent.socket);
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(page("15021/ready"))
                  .contains("no certificate yet: workload-api-socket " + agent.socket)
                  .contains("does not exist"));
      agent.say(message(first));
      agent.start();
      sidecar.awaitReady();
      assertThat(new ShownCertificate(ip).get()).isEqualTo(first.leaf());

      carriesRequestsWhile(() -> {
        agent.say(message(second));
        awaitShown(second.leaf());
      });
      Svid third = ca.svid("shop", "hello");
      carriesRequestsWhile(() -> {
        double before = failures();
        agent.stop();
        awaitFailureAfter(before);
        agent.say(message(third));
        agent.start();
        awaitShown(third.leaf());
      });
      assertThat(control.requests).as("requests for certificates").hasValue(0);
      assertNotLoaded("io.isthmus.proxy.identity.files.FileSvidSource");
    }
  }

  @Test
  void goesOnThroughARotationByFiles() throws Exception {
    Path certificates = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    write(first, certificates, key);
    sidecar("--svid-source=files", "--svid-certificates=" + certificates, "--svid-key=" + key);
    sidecar.awaitReady();
    assertThat(new ShownCertificate(ip).get()).isEqualTo(first.leaf());
    carriesRequestsWhile(() -> {
      double before = failures();
      Files.delete(key);
      awaitFailureAfter(before);
      write(second, certificates, key);
      awaitShown(second.leaf());
    });
    assertThat(control.requests).as("requests for certificates").hasValue(0);
    assertNotLoaded("io.isthmus.proxy.identity.workloadapi.WorkloadApiSvidSource");
  }

  @Test
  void loadsNothingOfTheOtherSourcesWhenItIsTheControlPlane() throws Exception {
    sidecar();
    sidecar.awaitReady();
    assertThat(control.requests).as("requests for certificates").hasValue(1);
    assertThat(loaded()).contains("io.isthmus.proxy.identity.ControlPlaneSvidSource ");
    assertNotLoaded("io.isthmus.proxy.identity.files.");
    assertNotLoaded("io.isthmus.proxy.identity.workloadapi.");
    assertNotLoaded("org.spiffe.");
    assertNotLoaded("io.netty.channel.socket.nio.NioDomainSocketChannel");
  }

  private String loaded() throws IOException {
    return Files.readString(directory.resolve("classes.log"));
  }

  private void assertNotLoaded(String name) throws IOException {
    assertThat(loaded().lines().filter(line -> line.contains(name))).as(name).isEmpty();
  }

  private X509SVIDResponse message(Svid svid) {
    return FakeAgent.message(FakeAgent.svid(svid, ca.bundle()));
  }

  private static void write(Svid svid, Path certificates, Path key) throws IOException {
    Files.writeString(certificates, Pem.encode(svid.chain()));
    Files.writeString(key, Pem.encode(svid.privateKey()));
  }

  private void awaitShown(X509Certificate leaf) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(new ShownCertificate(ip).get()).isEqualTo(leaf));
  }

  /** And traffic is still wanted. */
  private void awaitFailureAfter(double before) throws Exception {
    await().atMost(LIMIT).until(() -> failures() > before);
    assertThat(sidecar.status("15021/ready")).isEqualTo(200);
  }

  private double failures() throws IOException, InterruptedException {
    Matcher metric =
        Pattern.compile("(?m)^isthmus_svid_failures_total (\\S+)$").matcher(page("15020/metrics"));
    assertThat(metric.find()).isTrue();
    return Double.parseDouble(metric.group(1));
  }

  private String page(String page) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + ip + ":" + page)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  @FunctionalInterface
  private interface Change {
    void make() throws Exception;
  }

  /** One connection that stays, and one after the other that is new: none fails. */
  private void carriesRequestsWhile(Change change) throws Exception {
    enough.set(false);
    try (Socket held = SidecarPair.callHello(ip);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Void> calling = callers.submit(this::callUntilEnough);
      try {
        change.make();
        int before = answered.get();
        await().atMost(LIMIT).until(() -> answered.get() > before + 20 || calling.isDone());
      } finally {
        enough.set(true);
      }
      calling.get();
      echo(held);
    }
  }

  private Void callUntilEnough() throws IOException {
    while (!enough.get()) {
      try (Socket socket = SidecarPair.callHello(ip)) {
        echo(socket);
        answered.incrementAndGet();
      }
    }
    return null;
  }

  private static void echo(Socket socket) throws IOException {
    socket.getOutputStream().write(SidecarPair.ascii("hello"));
    assertThat(socket.getInputStream().readNBytes(5)).isEqualTo(SidecarPair.ascii("hello"));
  }
}

package io.isthmus.control.enforcement;

import static io.isthmus.control.enforcement.Fleet.WEST;
import static io.isthmus.control.enforcement.Fleet.bundle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.identity.TestCallers;
import io.isthmus.control.serving.ClientConnection;
import io.isthmus.control.serving.TestConnections;
import io.isthmus.control.serving.Verifier;
import isthmus.trust.v1alpha1.IssuerAnnouncement;
import isthmus.trust.v1alpha1.TrustReport;
import isthmus.trust.v1alpha1.TrustReportsGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service over gRPC, its time in the test's hands. */
final class TrustReportServiceIT {
  private final Fleet fleet = new Fleet();
  private final Verifier web = fleet.connect("web-1");
  private final TestCa switched = WEST.withNewIssuer();
  private volatile TestCa signing = WEST;
  private final List<Runnable> later = new CopyOnWriteArrayList<>();
  private final AtomicInteger received = new AtomicInteger();
  private final TrustReportService service =
      new TrustReportService(
          fleet.board,
          new IssuerNews(
              () -> java.util.Optional.of(signing.issuer().certificate()),
              () -> Duration.ofHours(24)),
          new TrustReportService.Timing(fleet.clock, (task, _) -> later.add(task)));
  private Server server;
  private ManagedChannel channel;

  /** What the server has heard of, after the service has. */
  private final class Counting implements ServerInterceptor {
    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onMessage(A message) {
          super.onMessage(message);
          received.incrementAndGet();
        }
      };
    }
  }

  private static final class Client implements StreamObserver<IssuerAnnouncement> {
    final List<IssuerAnnouncement> announced = new CopyOnWriteArrayList<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public void onNext(IssuerAnnouncement announcement) {
      announced.add(announcement);
    }

    @Override
    public void onError(Throwable error) {
      end.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }

    Status end() {
      return end.orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private final Client client = new Client();
  private StreamObserver<TrustReport> reports;

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addTransportFilter(ClientConnection.filter())
            .intercept(new Counting())
            .intercept(TestConnections.allAreOf(web.node()))
            .intercept(ClientConnection.interceptor())
            .intercept(TestCallers.allAre(web.node().identity()))
            .addService(service)
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
            .usePlaintext()
            .build();
    reports = TrustReportsGrpc.newStub(channel).report(client);
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow();
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  private TrustReport.Builder report(long sequence, TestCa signer) {
    TrustReport.Builder report = fleet.report("web-1", bundle(WEST, sequence));
    report.getLeafBuilder().setIssuerSha256(Fingerprint.of(signer.issuer().certificate()));
    return report.setRenewsWhenTold(true);
  }

  private void send(TrustReport.Builder... all) {
    int before = received.get();
    for (TrustReport.Builder each : all) {
      reports.onNext(each.build());
    }
    await().until(() -> received.get() == before + all.length);
  }

  private boolean enforces(long sequence) {
    return fleet.summary(bundle(WEST, sequence)).status().enforcing() == 1;
  }

  @Test
  void ofReportsThatComeFasterThanOneASecondTheLastCounts() {
    send(report(1, WEST), report(2, WEST), report(3, WEST), report(4, WEST));
    assertThat(enforces(1)).isTrue();
    assertThat(later).as("for all that waits").hasSize(1);
    fleet.pass(Duration.ofSeconds(1));
    later.getFirst().run();
    assertThat(enforces(4)).isTrue();
    fleet.pass(Duration.ofSeconds(1));
    send(report(5, WEST));
    assertThat(enforces(5)).isTrue();
    assertThat(later).hasSize(1);
  }

  @Test
  void tellsWhoShowsALeafOfTheFormerIssuerAtTheSwitchAndBack() {
    send(report(1, WEST));
    signing = switched;
    service.announce();
    service.announce();
    await().until(() -> !client.announced.isEmpty());
    fleet.pass(Duration.ofSeconds(1));
    send(report(1, switched));
    signing = WEST;
    service.announce();
    await().until(() -> client.announced.size() >= 2);
    assertThat(client.announced)
        .extracting(IssuerAnnouncement::getIssuerSha256)
        .containsExactly(
            Fingerprint.of(switched.issuer().certificate()),
            Fingerprint.of(WEST.issuer().certificate()));
    assertThat(client.announced.getFirst().getRenewWithinMillis()).isEqualTo(45_000);
  }

  @Test
  void tellsNobodyWhoDoesNotSayThatItListens() {
    send(report(1, WEST).setRenewsWhenTold(false));
    signing = switched;
    service.announce();
    reports.onCompleted();
    assertThat(client.end().isOk()).isTrue();
    assertThat(client.announced).isEmpty();
  }

  @Test
  void refusesAReportForAnotherPodOfTheSameIdentity() {
    fleet.connect("web-2");
    reports.onNext(report(1, WEST).setPod("web-2").build());
    assertThat(client.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(client.end().getDescription())
        .contains(web.node().identity().toString(), "on this connection");
    assertThat(enforces(1)).isFalse();
  }
}

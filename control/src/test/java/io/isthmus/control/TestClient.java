package io.isthmus.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.Code;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.resources.ResourceKind;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import isthmus.trust.v1alpha1.IssuerAnnouncement;
import isthmus.trust.v1alpha1.TrustReport;
import isthmus.trust.v1alpha1.TrustReportsGrpc;
import istio.v1.auth.IstioCertificateRequest;
import istio.v1.auth.IstioCertificateServiceGrpc;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the control plane that speaks the wire and nothing more. */
final class TestClient implements AutoCloseable {
  private static final TrustDomain WEST = TrustDomain.of("west.test");
  private final ManagedChannel channel;
  private final String bundle;

  private TestClient(ManagedChannel channel, String bundle) {
    this.channel = channel;
    this.bundle = bundle;
  }

  static TestClient connect(int port, String bundle) {
    try {
      return new TestClient(
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .sslContext(
                  GrpcSslContexts.configure(
                          GrpcSslContexts.forClient()
                              .trustManager(InsecureTrustManagerFactory.INSTANCE),
                          SslProvider.JDK)
                      .build())
              .build(),
          bundle);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static Node node(String role, String namespace, String account, String ip) {
    return Node.newBuilder()
        .setId(role + "~" + ip + "~" + account + "-1." + namespace)
        .setCluster("west")
        .setMetadata(
            Struct.newBuilder()
                .putFields("ROLE", text(role))
                .putFields("NAMESPACE", text(namespace))
                .putFields("SERVICE_ACCOUNT", text(account))
                .putFields("POD", text(account + "-1"))
                .putFields("POD_IP", text(ip)))
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private Channel as(String token) {
    Metadata headers = new Metadata();
    if (!token.isEmpty()) {
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    }
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  List<String> certificate(String token) {
    return sign(token, Pem.encodeRequest(CertificateRequest.der(CertificateRequest.newKeyPair())));
  }

  List<String> sign(String token, String csr) {
    return IstioCertificateServiceGrpc.newBlockingStub(as(token))
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .createCertificate(IstioCertificateRequest.newBuilder().setCsr(csr).build())
        .getCertChainList();
  }

  SpiffeId verify(List<String> pem) {
    try {
      List<X509Certificate> chain =
          pem.stream().flatMap(one -> Pem.decodeCertificates(one).stream()).toList();
      return new PeerVerifier(
              BundleSet.of(TrustBundle.parseJwks(WEST, bundle.getBytes(UTF_8))),
              InstantSource.system())
          .verifyClient(chain, ExpectedPeer.AnyOf.of(WEST))
          .id();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  Stream stream(String token, Node node) {
    return new Stream(as(token), node);
  }

  /** A stream of trust reports; completes with how it ended. */
  Reports reports(String token) {
    return new Reports(as(token));
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** One stream of trust reports. */
  static final class Reports implements StreamObserver<IssuerAnnouncement> {
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final BlockingQueue<IssuerAnnouncement> announced = new LinkedBlockingQueue<>();
    private final StreamObserver<TrustReport> requests;

    Reports(Channel channel) {
      this.requests = TrustReportsGrpc.newStub(channel).report(this);
    }

    void send(TrustReport report) {
      requests.onNext(report);
    }

    /** The next one; fails when none comes. */
    IssuerAnnouncement announced() throws InterruptedException {
      IssuerAnnouncement next = announced.poll(20, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no announcement within 20 s; " + end);
      }
      return next;
    }

    /** Those that came and were not asked for. */
    List<IssuerAnnouncement> more() {
      return List.copyOf(announced);
    }

    Status end() {
      return end.orTimeout(20, TimeUnit.SECONDS).join();
    }

    void close() {
      requests.onCompleted();
    }

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
  }

  /** One delta stream; answers the response that was taken last. */
  static final class Stream implements StreamObserver<DeltaDiscoveryResponse> {
    private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> failure = new CompletableFuture<>();
    private final StreamObserver<DeltaDiscoveryRequest> requests;
    private final Node node;
    private DeltaDiscoveryResponse last = DeltaDiscoveryResponse.getDefaultInstance();

    Stream(Channel channel, Node node) {
      this.node = node;
      this.requests =
          AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(this);
    }

    void send(DeltaDiscoveryRequest.Builder request) {
      requests.onNext(request.setNode(node).build());
    }

    void subscribe(ResourceKind kind, String... names) {
      send(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(kind.typeUrl())
              .addAllResourceNamesSubscribe(List.of(names)));
    }

    DeltaDiscoveryResponse next() {
      try {
        DeltaDiscoveryResponse response = responses.poll(20, TimeUnit.SECONDS);
        if (response == null) {
          throw new AssertionError("no response within 20 s; " + failure);
        }
        last = response;
        return response;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void ack() {
      send(answer());
    }

    void reject(String reason) {
      send(
          answer()
              .setErrorDetail(
                  com.google.rpc.Status.newBuilder()
                      .setCode(Code.INVALID_ARGUMENT_VALUE)
                      .setMessage(reason)));
    }

    private DeltaDiscoveryRequest.Builder answer() {
      return DeltaDiscoveryRequest.newBuilder()
          .setTypeUrl(last.getTypeUrl())
          .setResponseNonce(last.getNonce());
    }

    Status failure() {
      return failure.orTimeout(20, TimeUnit.SECONDS).join();
    }

    void close() {
      requests.onCompleted();
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable error) {
      failure.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {}
  }
}

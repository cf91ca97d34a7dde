package io.isthmus.proxy.identity;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import istio.v1.auth.IstioCertificateRequest;
import istio.v1.auth.IstioCertificateResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A control plane on loopback: certifies whoever shows the right token, and serves what it is
 * given.
 */
public final class FakeControlPlane implements AutoCloseable {
  public static final String TOKEN = "a-good-token";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> ISSUER =
      Metadata.Key.of("isthmus-issuer", Metadata.ASCII_STRING_MARSHALLER);

  public final TestCa ca;

  /** The header of each request that says whose signature it is for; empty without one. */
  public final List<String> issuers = new CopyOnWriteArrayList<>();

  public final AtomicInteger requests = new AtomicInteger();
  public volatile SpiffeId certifies;
  public volatile TestCa issuer;
  public volatile Duration lifetime = Duration.ofHours(24);
  private final Path directory;
  private final List<ServerServiceDefinition> services = new ArrayList<>();
  private @Nullable Server server;
  private int port;

  public FakeControlPlane(TestCa ca, Path directory) throws IOException {
    this.ca = ca;
    this.issuer = ca;
    this.directory = directory;
    this.certifies = ca.id("shop", "web");
    Files.write(directory.resolve("bundle.json"), ca.bundle().toJwks());
    writeToken(TOKEN);
    services.add(
        ServerServiceDefinition.builder("istio.v1.auth.IstioCertificateService")
            .addMethod(
                CertificateService.CREATE,
                ServerCalls.asyncUnaryCall((request, responses) -> {
                  requests.incrementAndGet();
                  responses.onNext(certify(request));
                  responses.onCompleted();
                }))
            .build());
  }

  public FakeControlPlane serving(ServerServiceDefinition service) {
    services.add(service);
    return this;
  }

  public FakeControlPlane start() throws IOException {
    return start(ca.svid("isthmus-system", "isthmus-control"));
  }

  public FakeControlPlane start(Svid own) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .sslContext(
                GrpcSslContexts.configure(
                        SslContextBuilder.forServer(
                            own.privateKey(), own.chain().toArray(X509Certificate[]::new)),
                        SslProvider.OPENSSL)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .clientAuth(ClientAuth.OPTIONAL)
                    .build());
    services.forEach(
        service -> builder.addService(ServerInterceptors.intercept(service, new TokenCheck())));
    server = builder.build().start();
    port = server.getPort();
    return this;
  }

  public void stop() throws InterruptedException {
    if (server != null) {
      server.shutdownNow();
      server.awaitTermination(10, TimeUnit.SECONDS);
      server = null;
    }
  }

  public void writeToken(String token) throws IOException {
    Files.writeString(directory.resolve("token"), token + "\n");
  }

  public void removeToken() throws IOException {
    Files.delete(directory.resolve("token"));
  }

  public ControlPlane address() {
    return new ControlPlane(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        ca.trustDomain(),
        directory.resolve("bundle.json"),
        directory.resolve("token"));
  }

  /** How the sidecar of {@code hello-1} at {@code ip}, which has an explicit proxy, is started. */
  public List<String> sidecarArguments(String ip, String... more) {
    ControlPlane at = address();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--cluster=west",
                "--trust-domain=west.demo",
                "--namespace=shop",
                "--service-account=hello",
                "--pod=hello-1",
                "--control-address=127.0.0.1:" + at.address().getPort(),
                "--control-bundle=" + at.bundleFile(),
                "--token-file=" + at.tokenFile(),
                "--explicit-address=" + ip + ":15080"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  @Override
  public void close() throws InterruptedException {
    stop();
  }

  private IstioCertificateResponse certify(IstioCertificateRequest request) {
    try {
      List<X509Certificate> chain =
          issuer.issuer().issue(Pem.decodeRequest(request.getCsr()), certifies, lifetime);
      return IstioCertificateResponse.newBuilder()
          .addAllCertChain(chain.stream().map(Pem::encode).toList())
          .build();
    } catch (Exception e) {
      throw Status.INVALID_ARGUMENT.withDescription(e.toString()).asRuntimeException();
    }
  }

  private final class TokenCheck implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String shown = headers.get(AUTHORIZATION);
      boolean certified = shown == null && clientCertified(call);
      if (!certified && !("Bearer " + TOKEN).equals(shown)) {
        call.close(
            Status.UNAUTHENTICATED.withDescription("audience of the token is not isthmus"),
            new Metadata());
        return new ServerCall.Listener<>() {};
      }
      issuers.add(Objects.requireNonNullElse(headers.get(ISSUER), ""));
      return Contexts.interceptCall(Context.current(), call, headers, next);
    }

    private static boolean clientCertified(ServerCall<?, ?> call) {
      try {
        return call.getAttributes()
                .get(io.grpc.Grpc.TRANSPORT_ATTR_SSL_SESSION)
                .getPeerCertificates()
                .length
            > 0;
      } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
        return false;
      }
    }
  }
}

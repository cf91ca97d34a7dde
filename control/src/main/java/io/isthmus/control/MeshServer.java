package io.isthmus.control;

import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.isthmus.api.ObjectNames;
import io.isthmus.control.authority.LiveAuthority;
import io.isthmus.control.enforcement.EnforcementBoard;
import io.isthmus.control.enforcement.IssuerNews;
import io.isthmus.control.enforcement.TrustReportService;
import io.isthmus.control.identity.AuthenticationInterceptor;
import io.isthmus.control.identity.CertificateService;
import io.isthmus.control.identity.ClientCertificates;
import io.isthmus.control.identity.RefusedCalls;
import io.isthmus.control.identity.ServerIdentity;
import io.isthmus.control.identity.TokenAuthenticator;
import io.isthmus.control.serving.ClientConnection;
import io.isthmus.control.serving.DiscoveryService;
import io.isthmus.control.serving.Snapshots;
import io.isthmus.control.state.Mesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port that proxies know: discovery and certificates, over TLS 1.3 with the server's own SVID.
 * Connections end after a while, so that what was true of a client at its handshake is looked at
 * again; TLS is the JDK's, whose key manager is asked at each handshake.
 */
final class MeshServer implements AutoCloseable {
  private static final int CONNECTION_AGE_MINUTES = 30;
  private static final int CALLS_PER_CONNECTION = 100;
  private static final int RENEWAL_CHECK_SECONDS = 10;
  private static final Logger LOG = LoggerFactory.getLogger(MeshServer.class);

  private final Server server;
  private final ServerIdentity identity;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

  /** What is served, and to whom. */
  record Parts(
      Mesh mesh,
      LiveAuthority authority,
      TokenAuthenticator tokens,
      Snapshots snapshots,
      EnforcementBoard board,
      Supplier<Duration> leafLifetime) {}

  MeshServer(
      InetSocketAddress address, Parts parts, ScheduledExecutorService timer, MeterRegistry metrics)
      throws IOException {
    Mesh mesh = parts.mesh();
    InstantSource clock = InstantSource.system();
    this.identity =
        new ServerIdentity(
            parts.authority()::serverIssuer,
            new ServerIdentity.Name(
                mesh.id(mesh.systemNamespace(), ObjectNames.CONTROL_SERVICE_ACCOUNT),
                List.of(ObjectNames.CONTROL_SERVICE + "." + mesh.systemNamespace() + ".svc")),
            parts.leafLifetime(),
            clock);
    SslContext tls =
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(identity)
                    .trustManager(
                        new ClientCertificates(parts.authority()::verifier, mesh.trustDomain()))
                    .clientAuth(ClientAuth.OPTIONAL)
                    .protocols("TLSv1.3"),
                SslProvider.JDK)
            .build();
    TrustReportService reports =
        new TrustReportService(
            parts.board(),
            new IssuerNews(parts.authority()::signer, parts.leafLifetime()),
            new TrustReportService.Timing(
                clock,
                (task, delay) -> timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS)));
    this.server =
        NettyServerBuilder.forAddress(address)
            .sslContext(tls)
            .executor(calls)
            .addTransportFilter(ClientConnection.filter())
            .intercept(ClientConnection.interceptor())
            .intercept(
                new AuthenticationInterceptor(
                    parts.tokens(), parts.authority()::verifier, mesh.trustDomain()))
            .intercept(new RefusedCalls(metrics)) // the last one is asked first
            .addService(new DiscoveryService(parts.snapshots()))
            .addService(reports)
            .addService(
                new CertificateService(
                        new CertificateService.Issuers(
                            parts.authority()::issuer,
                            parts.authority()::canaryIssuer,
                            mesh.id(
                                mesh.systemNamespace(),
                                ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT)),
                        parts.leafLifetime(),
                        metrics)
                    .withWishes())
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
            .maxConnectionAge(CONNECTION_AGE_MINUTES, TimeUnit.MINUTES)
            .maxConnectionAgeGrace(10, TimeUnit.SECONDS)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .build()
            .start();
    metrics.gauge(
        "isthmus.svid.expiry.timestamp.seconds",
        identity,
        own -> own.current().notAfter().getEpochSecond());
    parts.authority().subscribe(() -> renew(identity));
    parts.authority().subscribe(reports::announce);
    timer.scheduleWithFixedDelay(
        () -> renew(identity), RENEWAL_CHECK_SECONDS, RENEWAL_CHECK_SECONDS, TimeUnit.SECONDS);
  }

  private static void renew(ServerIdentity identity) {
    try {
      if (identity.renewIfDue()) {
        LOG.atInfo()
            .addKeyValue("not_after", identity.current().notAfter())
            .log("own certificate renewed");
      }
    } catch (RuntimeException e) {
      LOG.error("own certificate not renewed, trying again", e);
    }
  }

  /** What it shows at handshakes, renewed in time; for other servers of this process, too. */
  X509ExtendedKeyManager identity() {
    return identity;
  }

  int port() {
    return server.getPort();
  }

  /** Streams of proxies never end by themselves: they are ended, and proxies go elsewhere. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    calls.shutdownNow();
  }
}

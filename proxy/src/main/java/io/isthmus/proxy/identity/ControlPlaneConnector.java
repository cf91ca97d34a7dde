package io.isthmus.proxy.identity;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProtocols;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Opens connections to the control plane: TLS 1.3, its exact ID pinned, own certificate shown where
 * there is one. One event loop carries all of them and all that their users do, so that nothing
 * there needs a lock.
 */
public final class ControlPlaneConnector implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration KEEPALIVE = Duration.ofSeconds(20);
  private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_MESSAGE_BYTES = 32 << 20;
  private static final String[] GROUPS = {"X25519", "P-256"};

  private final ControlPlane controlPlane;
  private final BundleFile bundle;
  private final InstantSource clock;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("control-plane", true), NioIoHandler.newFactory());
  private final EventLoop loop = group.next();

  public ControlPlaneConnector(ControlPlane controlPlane, InstantSource clock) {
    this.controlPlane = controlPlane;
    this.bundle = new BundleFile(controlPlane, clock);
    this.clock = clock;
  }

  /** A new channel, whose callbacks run on {@link #loop()}. To be shut down by the caller. */
  public ManagedChannel open(Credentials credentials) {
    return NettyChannelBuilder.forAddress(
            controlPlane.address().getHostString(), controlPlane.address().getPort())
        .sslContext(tls(credentials))
        .eventLoopGroup(group)
        .channelType(NioSocketChannel.class)
        .withOption(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(CONNECT_TIMEOUT.toMillis()))
        .directExecutor()
        .proxyDetector(target -> null)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .keepAliveTime(KEEPALIVE.toSeconds(), TimeUnit.SECONDS)
        .keepAliveTimeout(KEEPALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
        .disableRetry()
        .disableServiceConfigLookUp()
        .build();
  }

  /** How calls over a channel of these credentials authenticate. */
  public CallOptions callOptions(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Token _ -> CallOptions.DEFAULT.withCallCredentials(token());
      case Credentials.Certificate _ -> CallOptions.DEFAULT;
    };
  }

  /** The SVID while it is valid; the token before the first one, and when it has expired. */
  public Credentials credentials(SvidSource svids) {
    return svids
        .current()
        .filter(svid -> clock.instant().isBefore(svid.notAfter()))
        .<Credentials>map(Credentials.Certificate::new)
        .orElseGet(Credentials.Token::new);
  }

  public EventLoop loop() {
    return loop;
  }

  /** For messages. */
  public ControlPlane controlPlane() {
    return controlPlane;
  }

  /** Under the bundle of the own trust domain as its file is now; an {@link OwnChain}. */
  public void verifyOwn(List<X509Certificate> chain, SpiffeId id) throws CertificateException {
    bundle.verify(chain, id);
  }

  private CallCredentials token() {
    return new TokenCredentials(controlPlane.tokenFile());
  }

  private SslContext tls(Credentials credentials) {
    SslContextBuilder builder =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.OPENSSL)
            .protocols(SslProtocols.TLS_v1_3)
            .option(OpenSslContextOption.GROUPS, GROUPS)
            .trustManager(new ControlPlaneTrust(bundle, controlPlane.id()));
    switch (credentials) {
      case Credentials.Token _ -> {}
      case Credentials.Certificate(Svid svid) ->
          builder.keyManager(svid.privateKey(), svid.chain().toArray(X509Certificate[]::new));
    }
    try {
      SslContext context = builder.build();
      ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
      return context;
    } catch (SSLException e) {
      throw new IllegalStateException("no TLS context for the control plane", e);
    }
  }

  /** Users close first: what they scheduled on the loop is dropped. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}

package io.isthmus.perf;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.spiffe.workloadapi.X509SVID;
import org.spiffe.workloadapi.X509SVIDRequest;
import org.spiffe.workloadapi.X509SVIDResponse;

/**
 * A SPIFFE agent, {@code DIRECTORY ID}: {@code say N} gives the sidecar that asked N certificates,
 * each with a new key, one after another, and answers the last one's SHA-256.
 */
final class SwapAgent {
  static final String SOCKET = "agent.sock";
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final int PACE_MILLIS = 2;

  private final Issuer issuer;
  private final TrustBundle bundle;
  private final SpiffeId id;
  private final AtomicReference<@Nullable ServerCallStreamObserver<X509SVIDResponse>> asking =
      new AtomicReference<>();

  private SwapAgent(Issuer issuer, TrustBundle bundle, SpiffeId id) {
    this.issuer = issuer;
    this.bundle = bundle;
    this.id = id;
  }

  static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    TrustDomain domain = TrustDomain.of("perf.test");
    SwapAgent agent =
        new SwapAgent(
            Issuer.fromPem(
                Files.readString(directory.resolve("issuer-chain.pem")),
                Files.readString(directory.resolve("issuer-key.pem")),
                domain,
                InstantSource.system()),
            TrustBundle.parseJwks(domain, Files.readAllBytes(directory.resolve("bundle.json"))),
            SpiffeId.parse(args[1]));
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Server server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(directory.resolve(SOCKET).toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .addService(
                ServerServiceDefinition.builder("SpiffeWorkloadAPI")
                    .addMethod(
                        MethodDescriptor.<X509SVIDRequest, X509SVIDResponse>newBuilder()
                            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                            .setFullMethodName("SpiffeWorkloadAPI/FetchX509SVID")
                            .setRequestMarshaller(
                                ProtoLiteUtils.marshaller(X509SVIDRequest.getDefaultInstance()))
                            .setResponseMarshaller(
                                ProtoLiteUtils.marshaller(X509SVIDResponse.getDefaultInstance()))
                            .build(),
                        ServerCalls.asyncServerStreamingCall(agent::fetch))
                    .build())
            .build()
            .start();
    new Orders(
            Map.of(
                "listening", _ -> "at " + server.getListenSockets(),
                "say", arguments -> agent.say(Integer.parseInt(arguments.getFirst()))))
        .serve();
    server.shutdownNow();
    System.exit(0);
  }

  private void fetch(X509SVIDRequest request, StreamObserver<X509SVIDResponse> responses) {
    ServerCallStreamObserver<X509SVIDResponse> stream =
        (ServerCallStreamObserver<X509SVIDResponse>) responses;
    stream.setOnCancelHandler(() -> asking.compareAndSet(stream, null));
    stream.onNext(message(issuer.issueSvid(id, LIFETIME)));
    asking.set(stream);
  }

  private String say(int count) {
    String last = "";
    for (int i = 0; i < count; i++) {
      ServerCallStreamObserver<X509SVIDResponse> stream = asking.get();
      if (stream == null) {
        throw new IllegalStateException("no sidecar asks: expected one on " + SOCKET);
      }
      Svid svid = issuer.issueSvid(id, LIFETIME);
      while (!stream.isReady() && !stream.isCancelled()) {
        Pause.millis(1);
      }
      stream.onNext(message(svid));
      last = Fingerprint.of(svid.leaf());
      Pause.millis(PACE_MILLIS);
    }
    return last;
  }

  private X509SVIDResponse message(Svid svid) {
    return X509SVIDResponse.newBuilder()
        .addSvids(
            X509SVID
                .newBuilder()
                .setSpiffeId(svid.id().toString())
                .setX509Svid(der(svid.chain()))
                .setX509SvidKey(ByteString.copyFrom(svid.privateKey().getEncoded()))
                .setBundle(der(bundle.anchors())))
        .build();
  }

  private static ByteString der(List<X509Certificate> certificates) {
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    try {
      for (X509Certificate certificate : certificates) {
        der.writeBytes(certificate.getEncoded());
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException(e);
    }
    return ByteString.copyFrom(der.toByteArray());
  }
}

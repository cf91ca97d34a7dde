package io.isthmus.proxy.identity.workloadapi;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.EventExecutor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.spiffe.workloadapi.X509SVID;
import org.spiffe.workloadapi.X509SVIDRequest;
import org.spiffe.workloadapi.X509SVIDResponse;

/**
 * A SPIFFE agent on a Unix domain socket: says one message to whoever asks as the specification
 * wants it, and each later one to all who are still there.
 */
public final class FakeAgent implements AutoCloseable {
  public final Path socket;
  public final AtomicInteger requests = new AtomicInteger();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
  private final Set<StreamObserver<X509SVIDResponse>> streams = ConcurrentHashMap.newKeySet();
  private volatile @Nullable X509SVIDResponse message;
  private volatile @Nullable Status refusal;
  private @Nullable Server server;

  public FakeAgent(Path socket) {
    this.socket = socket;
  }

  public FakeAgent start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null) // is TCP's
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .addService(
                ServerInterceptors.intercept(
                    ServerServiceDefinition.builder(WorkloadApi.SERVICE)
                        .addMethod(
                            WorkloadApi.FETCH_X509_SVID,
                            ServerCalls.asyncServerStreamingCall(this::fetch))
                        .build(),
                    new SecurityHeader()))
            .build()
            .start();
    return this;
  }

  private void fetch(X509SVIDRequest request, StreamObserver<X509SVIDResponse> responses) {
    requests.incrementAndGet();
    synchronized (this) {
      Status refused = refusal;
      if (refused != null) {
        responses.onError(refused.asRuntimeException());
        return;
      }
      streams.add(responses);
      ((ServerCallStreamObserver<X509SVIDResponse>) responses)
          .setOnCancelHandler(() -> streams.remove(responses));
      if (message != null) {
        responses.onNext(message);
      }
    }
  }

  /** Instead of any answer. */
  public synchronized void refuse(Status status) {
    refusal = status;
  }

  /** To all streams, and first to each later one. */
  public synchronized void say(X509SVIDResponse next) {
    refusal = null;
    message = next;
    streams.forEach(stream -> stream.onNext(next));
  }

  public synchronized void endStreams() {
    streams.forEach(StreamObserver::onCompleted);
    streams.clear();
  }

  public int streams() {
    return streams.size();
  }

  /** Ends with {@code close}. */
  interface Hanging extends AutoCloseable {
    @Override
    void close();
  }

  /** Accepts and answers nothing, not even a ping. */
  Hanging hangs() {
    CountDownLatch over = new CountDownLatch(1);
    for (EventExecutor loop : loops) {
      loop.execute(() -> {
        try {
          over.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
    }
    return over::countDown;
  }

  /** The socket goes too. */
  public void stop() throws Exception {
    Server running = server;
    if (running != null) {
      running.shutdownNow();
      running.awaitTermination(10, TimeUnit.SECONDS);
      Files.deleteIfExists(socket);
      streams.clear();
      server = null;
    }
  }

  public static X509SVIDResponse message(X509SVID... svids) {
    return X509SVIDResponse.newBuilder().addAllSvids(List.of(svids)).build();
  }

  /** As an agent whose authority is sound would say it. */
  public static X509SVID svid(Svid svid, TrustBundle bundle) {
    return X509SVID
        .newBuilder()
        .setSpiffeId(svid.id().toString())
        .setX509Svid(der(svid.chain()))
        .setX509SvidKey(ByteString.copyFrom(svid.privateKey().getEncoded()))
        .setBundle(der(bundle.anchors()))
        .build();
  }

  public static ByteString der(X509Certificate... certificates) {
    return der(Arrays.asList(certificates));
  }

  public static ByteString der(List<X509Certificate> certificates) {
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

  @Override
  public void close() throws Exception {
    stop();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }

  private static final class SecurityHeader implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      if (!"true".equals(headers.get(WorkloadApi.SECURITY_HEADER))) {
        call.close(
            Status.INVALID_ARGUMENT.withDescription("security header missing from request"),
            new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    }
  }
}

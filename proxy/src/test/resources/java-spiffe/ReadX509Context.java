package io.spiffe.workloadapi; // whose conversion of messages is for its own package only

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.spiffe.spiffeid.TrustDomain;
import io.spiffe.svid.x509svid.X509Svid;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.Workload;
import io.spiffe.workloadapi.internal.SecurityHeaderInterceptor;
import java.net.UnixDomainSocketAddress;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * java-spiffe reads one message of an agent: its stub, its header, its checks. Started in a process
 * of its own, as its messages are of the full protobuf library. Argument: the path of the socket.
 */
class ReadX509Context {
  public static void main(String[] args) throws Exception {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(args[0]))
            .overrideAuthority("localhost")
            .usePlaintext()
            .eventLoopGroup(loops)
            .channelType(NioDomainSocketChannel.class)
            .build();
    Iterator<Workload.X509SVIDResponse> messages =
        SpiffeWorkloadAPIGrpc.newBlockingStub(channel)
            .withInterceptors(new SecurityHeaderInterceptor())
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .fetchX509SVID(Workload.X509SVIDRequest.getDefaultInstance());
    X509Context context = GrpcConversionUtils.toX509Context(messages);
    for (X509Svid svid : context.getX509Svids()) {
      System.out.println("svid " + svid.getSpiffeId() + " hint " + svid.getHint());
      for (X509Certificate certificate : svid.getChain()) {
        System.out.println("chain " + sha256(certificate.getEncoded()));
      }
      System.out.println("key " + sha256(svid.getPrivateKey().getEncoded()));
    }
    for (TrustDomain domain : context.getX509BundleSet().getBundles().keySet()) {
      for (X509Certificate anchor :
          context.getX509BundleSet().getBundleForTrustDomain(domain).getX509Authorities()) {
        System.out.println("anchor of " + domain + " " + sha256(anchor.getEncoded()));
      }
    }
    channel.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static String sha256(byte[] der) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
  }
}

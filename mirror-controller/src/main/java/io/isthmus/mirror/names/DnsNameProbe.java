package io.isthmus.mirror.names;

import io.isthmus.mirror.names.NameReport.Outcome;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Asks the first server of {@code resolv.conf} for a mirror's full name, and then, as an
 * application would, for its name without the cluster's domain, through the search list.
 */
public final class DnsNameProbe implements NameProbe {
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final int DNS_PORT = 53;
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Optional<PodResolver> resolver;
  private final int port;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("names"), NioIoHandler.newFactory());

  /** The answer to one question. */
  private record Answer(String question, DnsResponseCode code, List<String> addresses) {
    boolean isFound() {
      return code.equals(DnsResponseCode.NOERROR) && !addresses.isEmpty();
    }

    boolean isNoSuchName() {
      return code.equals(DnsResponseCode.NXDOMAIN)
          || (code.equals(DnsResponseCode.NOERROR) && addresses.isEmpty());
    }
  }

  /** As Pods of this cluster do, if this is one. */
  public DnsNameProbe() {
    this(PodResolver.read(RESOLV_CONF), DNS_PORT);
  }

  DnsNameProbe(Optional<PodResolver> resolver, int port) {
    this.resolver = resolver;
    this.port = port;
  }

  @Override
  public Optional<CompletionStage<NameReport>> ask(MirrorName name) {
    return resolver.map(known -> new Asking(known, name).report());
  }

  @Override
  public void close() {
    loops.shutdownGracefully();
  }

  /** One mirror's name, asked for in both ways. */
  private final class Asking {
    private final PodResolver pod;
    private final MirrorName name;
    private final DnsNameResolver dns;
    private final DnsRecordType type;
    private final String server;

    Asking(PodResolver pod, MirrorName name) {
      this.pod = pod;
      this.name = name;
      this.server = pod.servers().getFirst();
      this.type = NetUtil.isValidIpV6Address(name.address()) ? DnsRecordType.AAAA : DnsRecordType.A;
      this.dns =
          new DnsNameResolverBuilder(loops.next())
              .datagramChannelFactory(NioDatagramChannel::new)
              .nameServerProvider(
                  new SingletonDnsServerAddressStreamProvider(new InetSocketAddress(server, port)))
              .queryTimeoutMillis(LIMIT.toMillis())
              .build();
    }

    CompletionStage<NameReport> report() {
      String full = pod.fullName(name.namespace(), name.service());
      return answer(full)
          .thenCompose(answer ->
              answer.isFound() && answer.addresses().contains(name.address())
                  ? expanded(pod.expansions(name.service() + "." + name.namespace()), 0)
                  : CompletableFuture.completedFuture(failure(answer)))
          .exceptionally(lost -> noAnswer(full, lost))
          .whenComplete((report, lost) -> dns.close());
    }

    private CompletionStage<NameReport> expanded(List<String> questions, int before) {
      String question = questions.get(before);
      return answer(question)
          .thenCompose(answer -> {
            if (answer.isNoSuchName() && before + 1 < questions.size()) {
              return expanded(questions, before + 1);
            }
            return CompletableFuture.completedFuture(
                answer.isFound() && answer.addresses().contains(name.address())
                    ? resolves(before + 1)
                    : failure(answer));
          })
          .exceptionally(lost -> noAnswer(question, lost));
    }

    private CompletableFuture<Answer> answer(String question) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> asked =
          dns.query(new DefaultDnsQuestion(question, type));
      asked.addListener(done -> {
        if (!done.isSuccess()) {
          answer.completeExceptionally(done.cause());
          return;
        }
        AddressedEnvelope<DnsResponse, InetSocketAddress> envelope = asked.getNow();
        try {
          answer.complete(
              new Answer(question, envelope.content().code(), addresses(envelope.content())));
        } catch (UnknownHostException | RuntimeException e) {
          answer.completeExceptionally(e);
        } finally {
          envelope.release();
        }
      });
      return answer;
    }

    private List<String> addresses(DnsResponse response) throws UnknownHostException {
      List<String> addresses = new ArrayList<>();
      for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
        if (response.recordAt(DnsSection.ANSWER, i) instanceof DnsRawRecord record
            && record.type().equals(type)) {
          byte[] address = ByteBufUtil.getBytes(record.content());
          addresses.add(NetUtil.toAddressString(InetAddress.getByAddress(address)));
        }
      }
      return addresses;
    }

    private NameReport resolves(int questions) {
      return new NameReport(
          Outcome.RESOLVES,
          "%s says %s for %s; %s.%s takes %d %s through the search list of this Pod"
              .formatted(
                  server,
                  name.address(),
                  pod.fullName(name.namespace(), name.service()),
                  name.service(),
                  name.namespace(),
                  questions,
                  questions == 1 ? "question" : "questions"));
    }

    private NameReport failure(Answer answer) {
      if (answer.isNoSuchName()) {
        return new NameReport(
            Outcome.NO_SUCH_NAME,
            "%s knows no %s record of %s (%s), and Service %s/%s is there"
                .formatted(
                    server,
                    type.name(),
                    answer.question(),
                    answer.code(),
                    name.namespace(),
                    name.service()));
      }
      return answer.isFound()
          ? new NameReport(
              Outcome.OTHER_ADDRESS,
              "%s says %s for %s, and the Service has %s"
                  .formatted(
                      server,
                      String.join(", ", answer.addresses()),
                      answer.question(),
                      name.address()))
          : new NameReport(
              Outcome.REFUSED,
              "%s answers %s to %s".formatted(server, answer.code(), answer.question()));
    }

    private NameReport noAnswer(String question, Throwable lost) {
      Throwable cause = lost instanceof CompletionException ? lost.getCause() : lost;
      String why =
          cause instanceof DnsNameResolverTimeoutException
              ? "within %d s".formatted(LIMIT.toSeconds())
              : "(%s)".formatted(cause);
      return new NameReport(
          Outcome.NO_ANSWER, "%s does not answer %s %s".formatted(server, question, why));
    }
  }
}

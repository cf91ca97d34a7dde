package io.isthmus.proxy.identity.workloadapi;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.proxy.identity.Backoff;
import io.isthmus.proxy.identity.HeldSvid;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.spiffe.workloadapi.X509SVIDRequest;
import org.spiffe.workloadapi.X509SVIDResponse;

/**
 * An SVID from a SPIFFE agent: one stream at a time, on which the agent sends the next SVID when it
 * has one. A message that is not good is a failure, and the stream goes on; a stream that ended, or
 * never came to be, is tried again with growing delays; the last good SVID is current all the
 * while. An agent that is silent because it hangs is noticed by its HTTP/2, which answers no ping.
 */
public final class WorkloadApiSvidSource extends HeldSvid implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkloadApiSvidSource.class);

  private final Agent agent;
  private final Answer answer;
  private final WorkloadApiTiming timing;
  private final Backoff backoff;
  private @Nullable Stream open;
  private @Nullable X509SVIDResponse refused;
  private volatile boolean closed;

  /**
   * @param expected the ID that this process has to have; others that the agent offers are not used
   */
  public WorkloadApiSvidSource(Agent agent, SpiffeId expected, InstantSource clock) {
    this(agent, new Answer(expected, clock), WorkloadApiTiming.DEFAULT);
  }

  WorkloadApiSvidSource(Agent agent, Answer answer, WorkloadApiTiming timing) {
    super("waiting for the agent at workload-api-socket " + agent.socket());
    this.agent = agent;
    this.answer = answer;
    this.timing = timing;
    this.backoff =
        new Backoff(timing.firstRetry(), timing.longestRetry(), RandomGenerator.getDefault());
  }

  public void start() {
    agent.loop().execute(this::ask);
  }

  private void ask() {
    if (closed) {
      return;
    }
    ManagedChannel channel;
    try {
      channel = agent.open(timing.ping());
    } catch (IOException e) {
      retry(String.valueOf(e.getMessage()));
      return;
    }
    Metadata headers = new Metadata();
    headers.put(WorkloadApi.SECURITY_HEADER, "true");
    Stream stream = new Stream(channel);
    open = stream;
    ClientCalls.asyncServerStreamingCall(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers))
            .newCall(WorkloadApi.FETCH_X509_SVID, CallOptions.DEFAULT),
        X509SVIDRequest.getDefaultInstance(),
        stream);
  }

  /** Ends once, in {@code onError} or {@code onCompleted}; what it says is heard on the loop. */
  private final class Stream implements StreamObserver<X509SVIDResponse> {
    private final ManagedChannel channel;
    private final Future<?> patience;
    private boolean silent;

    Stream(ManagedChannel channel) {
      this.channel = channel;
      this.patience =
          agent.loop().schedule(this::giveUp, timing.firstAnswer().toNanos(), NANOSECONDS);
    }

    private void giveUp() {
      silent = true;
      channel.shutdownNow(); // which ends the call
    }

    @Override
    public void onNext(X509SVIDResponse message) {
      patience.cancel(false);
      agent.loop().execute(() -> hear(message));
    }

    @Override
    public void onError(Throwable error) {
      end(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      end(Status.OK);
    }

    private void end(Status status) {
      patience.cancel(false);
      channel.shutdownNow();
      StreamEnd end =
          silent
              ? StreamEnd.silent(timing.firstAnswer(), agent.socket())
              : StreamEnd.of(status, agent.socket());
      agent.loop().execute(() -> ended(end));
    }
  }

  private void hear(X509SVIDResponse message) {
    if (closed) {
      return;
    }
    Svid svid;
    try {
      svid = answer.svid(message);
    } catch (CertificateException | RuntimeException e) {
      refuse(message, e.getMessage() == null ? e.toString() : e.getMessage());
      return;
    }
    refused = null;
    backoff.reset();
    if (current().filter(svid::equals).isPresent()) {
      confirm(); // agents say all again when only a bundle changed
      return;
    }
    LOG.atInfo()
        .addKeyValue("id", svid.id())
        .addKeyValue("notAfter", svid.notAfter())
        .addKeyValue("socket", agent.socket())
        .log("certified");
    take(svid);
  }

  /**
   * Once for each message. It is judged again, since a clock that is behind makes it good later.
   */
  private void refuse(X509SVIDResponse message, String reason) {
    if (refused != message) {
      refused = message;
      failed("message of workload-api-socket %s refused: %s".formatted(agent.socket(), reason))
          .log("not certified");
    }
    agent.loop().schedule(() -> judgeAgain(message), timing.judgeAgain().toNanos(), NANOSECONDS);
  }

  private void judgeAgain(X509SVIDResponse message) {
    if (refused == message) {
      hear(message);
    }
  }

  private void ended(StreamEnd end) {
    open = null;
    refused = null;
    if (closed) {
      return;
    }
    switch (end) {
      case StreamEnd.AskAgain(String reason) -> retry(reason);
      case StreamEnd.Final(String reason) ->
          failed(reason).log("not certified, and not asked again");
    }
  }

  private void retry(String reason) {
    Duration delay = backoff.next();
    failed(reason).addKeyValue("retryIn", delay).log("not certified");
    agent.loop().schedule(this::ask, delay.toNanos(), NANOSECONDS);
  }

  private LoggingEventBuilder failed(String reason) {
    fail(reason);
    return LOG.atWarn()
        .addKeyValue("id", answer.expected())
        .addKeyValue("reason", reason)
        .addKeyValue("kept", current().map(Svid::toString).orElse("none"));
  }

  @Override
  public void close() {
    closed = true;
    agent
        .loop()
        .execute(() -> {
          if (open != null) {
            open.channel.shutdownNow();
          }
        });
  }
}

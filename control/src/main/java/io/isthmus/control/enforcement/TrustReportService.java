package io.isthmus.control.enforcement;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.SpiffeId;
import io.isthmus.control.enforcement.IssuerNews.Told;
import io.isthmus.control.identity.Caller;
import io.isthmus.control.serving.ClientConnection;
import isthmus.trust.v1alpha1.IssuerAnnouncement;
import isthmus.trust.v1alpha1.TrustReport;
import isthmus.trust.v1alpha1.TrustReportsGrpc;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes reports of the proxies that are connected for their configuration: a caller reports for the
 * pod that its discovery stream on the same connection was let in for, and for no other. Who shows
 * a leaf of another issuer than the one that signs now, and can renew, is told.
 *
 * <p>A stream is read once a second: of what comes faster the last report counts.
 */
public final class TrustReportService extends TrustReportsGrpc.TrustReportsImplBase {
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(TrustReportService.class);

  private final EnforcementBoard board;
  private final IssuerNews news;
  private final Timing timing;
  private final Set<Reports> streams = ConcurrentHashMap.newKeySet();

  /** How time passes here. */
  public record Timing(InstantSource clock, Later later) {}

  /** Runs something once, after a while. */
  @FunctionalInterface
  public interface Later {
    void run(Runnable task, Duration delay);
  }

  public TrustReportService(EnforcementBoard board, IssuerNews news, Timing timing) {
    this.board = board;
    this.news = news;
    this.timing = timing;
  }

  @Override
  public StreamObserver<TrustReport> report(StreamObserver<IssuerAnnouncement> announcements) {
    Reports reports = new Reports(Caller.current().id(), ClientConnection.current(), announcements);
    streams.add(reports);
    return reports;
  }

  /** The issuer may have changed: tells whom it concerns, at once; any thread. */
  public void announce() {
    streams.forEach(Reports::announce);
  }

  /** The reports of one stream. gRPC, the timer and {@link #announce} take turns by its lock. */
  private final class Reports implements StreamObserver<TrustReport> {
    private final SpiffeId caller;
    private final ClientConnection connection;
    private final StreamObserver<IssuerAnnouncement> announcements;
    private EnforcementBoard.@Nullable Stream stream;
    private @Nullable TrustReport waiting;
    private Instant nextAt = Instant.MIN;
    private Optional<String> renewable = Optional.empty();
    private Told told = Told.NOTHING;
    private boolean ended;

    Reports(
        SpiffeId caller,
        ClientConnection connection,
        StreamObserver<IssuerAnnouncement> announcements) {
      this.caller = caller;
      this.connection = connection;
      this.announcements = announcements;
      ((ServerCallStreamObserver<IssuerAnnouncement>) announcements).setOnCancelHandler(this::end);
    }

    @Override
    public synchronized void onNext(TrustReport report) {
      Instant now = timing.clock().instant();
      if (waiting == null && now.isBefore(nextAt)) {
        timing.later().run(this::takeWaiting, Duration.between(now, nextAt));
      }
      if (now.isBefore(nextAt)) {
        waiting = report;
      } else {
        waiting = null;
        take(report, now);
      }
    }

    private synchronized void takeWaiting() {
      TrustReport last = waiting;
      if (last != null) {
        waiting = null;
        take(last, timing.clock().instant());
      }
    }

    private void take(TrustReport report, Instant now) {
      if (ended) {
        return;
      }
      nextAt = now.plus(BETWEEN_REPORTS);
      try {
        checkPod(report.getPod());
        Reported read = ReportReader.read(report, now);
        EnforcementBoard.Stream open = stream;
        if (open == null) {
          open = board.open(caller, report.getPod());
          stream = open;
        }
        open.received(read);
        renewable = read.leaf().map(Reported.Leaf::issuer).filter(_ -> report.getRenewsWhenTold());
        announce();
      } catch (StatusException e) {
        LOG.atInfo()
            .addKeyValue("id", caller)
            .addKeyValue("reason", e.getStatus().getDescription())
            .log("trust report refused");
        end();
        announcements.onError(e);
      }
    }

    synchronized void announce() {
      Instant now = timing.clock().instant();
      if (!ended && renewable.filter(shown -> told.isDue(shown, news, now)).isPresent()) {
        news.message()
            .ifPresent(announcement -> {
              told = new Told(announcement.getIssuerSha256(), now);
              announcements.onNext(announcement);
            });
      }
    }

    /** The pod is not named: it is the caller's word, and as long as the caller likes. */
    private void checkPod(String pod) throws StatusException {
      if (connection
          .node()
          .filter(node -> node.identity().equals(caller) && node.pod().equals(pod))
          .isEmpty()) {
        throw Status.PERMISSION_DENIED
            .withDescription(
                "the reported pod is not the one of %s whose discovery stream is open on this connection"
                    .formatted(caller))
            .asException();
      }
    }

    @Override
    public void onError(Throwable error) {
      end();
    }

    @Override
    public synchronized void onCompleted() {
      if (!ended) {
        end();
        announcements.onCompleted();
      }
    }

    private synchronized void end() {
      ended = true;
      streams.remove(this);
      EnforcementBoard.Stream open = stream;
      if (open != null) {
        open.ended();
        stream = null;
      }
    }
  }
}

package io.isthmus.control.enforcement;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.SpiffeId;
import io.isthmus.control.enforcement.IssuerNews.Told;
import io.isthmus.control.identity.Caller;
import io.isthmus.control.state.ProxyNode;
import isthmus.trust.v1alpha1.IssuerAnnouncement;
import isthmus.trust.v1alpha1.TrustReport;
import isthmus.trust.v1alpha1.TrustReportsGrpc;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes reports of the proxies that are connected for their configuration: a caller reports for the
 * pod that its own discovery stream was let in for, and for no other. Who shows a leaf of another
 * issuer than the one that signs now, and can renew, is told.
 */
public final class TrustReportService extends TrustReportsGrpc.TrustReportsImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(TrustReportService.class);

  private final EnforcementBoard board;
  private final Supplier<List<ProxyNode>> connected;
  private final IssuerNews news;
  private final InstantSource clock;
  private final Set<Reports> streams = ConcurrentHashMap.newKeySet();

  /**
   * @param connected whose discovery streams are open
   */
  public TrustReportService(
      EnforcementBoard board,
      Supplier<List<ProxyNode>> connected,
      IssuerNews news,
      InstantSource clock) {
    this.board = board;
    this.connected = connected;
    this.news = news;
    this.clock = clock;
  }

  @Override
  public StreamObserver<TrustReport> report(StreamObserver<IssuerAnnouncement> announcements) {
    Reports reports = new Reports(Caller.current().id(), announcements);
    streams.add(reports);
    return reports;
  }

  /** The issuer may have changed: tells whom it concerns, at once; any thread. */
  public void announce() {
    streams.forEach(Reports::announce);
  }

  /** The reports of one stream. gRPC and {@link #announce} take turns by its lock. */
  private final class Reports implements StreamObserver<TrustReport> {
    private final SpiffeId caller;
    private final StreamObserver<IssuerAnnouncement> announcements;
    private @Nullable Open open;
    private Optional<String> renewable = Optional.empty();
    private Told told = Told.NOTHING;
    private boolean ended;

    private record Open(String pod, EnforcementBoard.Stream stream) {}

    Reports(SpiffeId caller, StreamObserver<IssuerAnnouncement> announcements) {
      this.caller = caller;
      this.announcements = announcements;
      ((ServerCallStreamObserver<IssuerAnnouncement>) announcements).setOnCancelHandler(this::end);
    }

    @Override
    public synchronized void onNext(TrustReport report) {
      if (ended) {
        return;
      }
      try {
        EnforcementBoard.Stream stream = streamOf(report.getPod());
        Reported read = ReportReader.read(report, clock.instant());
        stream.received(read);
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
      Instant now = clock.instant();
      if (!ended && renewable.filter(shown -> told.isDue(shown, news, now)).isPresent()) {
        IssuerAnnouncement announcement = news.message();
        told = new Told(announcement.getIssuerSha256(), now);
        announcements.onNext(announcement);
      }
    }

    private EnforcementBoard.Stream streamOf(String pod) throws StatusException {
      Open known = open;
      if (known == null) {
        if (connected.get().stream().noneMatch(node -> isOf(node, pod))) {
          throw denied("has no discovery stream");
        }
        known = new Open(pod, board.open(caller, pod));
        open = known;
      } else if (!known.pod().equals(pod)) {
        throw denied("is another one than before");
      }
      return known.stream();
    }

    private boolean isOf(ProxyNode node, String pod) {
      return node.identity().equals(caller) && node.pod().equals(pod);
    }

    /** The pod is not named: it is the caller's word, and as long as the caller likes. */
    private StatusException denied(String what) {
      return Status.PERMISSION_DENIED
          .withDescription(
              "the reported pod %s: expected one of %s with an open discovery stream here"
                  .formatted(what, caller))
          .asException();
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
      Open known = open;
      if (known != null) {
        known.stream().ended();
        open = null;
      }
    }
  }
}

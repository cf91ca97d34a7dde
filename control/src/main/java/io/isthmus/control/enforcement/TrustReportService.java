package io.isthmus.control.enforcement;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.SpiffeId;
import io.isthmus.control.identity.Caller;
import io.isthmus.control.state.ProxyNode;
import isthmus.trust.v1alpha1.ReportSummary;
import isthmus.trust.v1alpha1.TrustReport;
import isthmus.trust.v1alpha1.TrustReportsGrpc;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes reports of the proxies that are connected for their configuration: a caller reports for the
 * pod that its own discovery stream was let in for, and for no other.
 */
public final class TrustReportService extends TrustReportsGrpc.TrustReportsImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(TrustReportService.class);

  private final EnforcementBoard board;
  private final Supplier<List<ProxyNode>> connected;
  private final InstantSource clock;

  /**
   * @param connected whose discovery streams are open
   */
  public TrustReportService(
      EnforcementBoard board, Supplier<List<ProxyNode>> connected, InstantSource clock) {
    this.board = board;
    this.connected = connected;
    this.clock = clock;
  }

  @Override
  public StreamObserver<TrustReport> report(StreamObserver<ReportSummary> summary) {
    return new Reports(Caller.current().id(), summary);
  }

  /** The reports of one stream; gRPC calls it from one thread at a time. */
  private final class Reports implements StreamObserver<TrustReport> {
    private final SpiffeId caller;
    private final StreamObserver<ReportSummary> summary;
    private @Nullable Open open;
    private boolean ended;

    private record Open(String pod, EnforcementBoard.Stream stream) {}

    Reports(SpiffeId caller, StreamObserver<ReportSummary> summary) {
      this.caller = caller;
      this.summary = summary;
      ((ServerCallStreamObserver<ReportSummary>) summary).setOnCancelHandler(this::end);
    }

    @Override
    public void onNext(TrustReport report) {
      if (ended) {
        return;
      }
      try {
        EnforcementBoard.Stream stream = streamOf(report.getPod());
        stream.received(ReportReader.read(report, clock.instant()));
      } catch (StatusException e) {
        LOG.atInfo()
            .addKeyValue("id", caller)
            .addKeyValue("reason", e.getStatus().getDescription())
            .log("trust report refused");
        end();
        summary.onError(e);
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
    public void onCompleted() {
      if (!ended) {
        end();
        summary.onNext(ReportSummary.getDefaultInstance());
        summary.onCompleted();
      }
    }

    private void end() {
      ended = true;
      Open known = open;
      if (known != null) {
        known.stream().ended();
        open = null;
      }
    }
  }
}

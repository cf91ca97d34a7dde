package io.isthmus.proxy.trust;

import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.Fingerprint;
import isthmus.trust.v1alpha1.IssuerAnnouncement;
import isthmus.trust.v1alpha1.TrustReport;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The control plane's side of trust reports: keeps them all. */
public final class ReceivedReports {
  /** A process on a busy machine takes its time. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<TrustReport> reports = new CopyOnWriteArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile @Nullable StreamObserver<IssuerAnnouncement> newest;

  public ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("isthmus.trust.v1alpha1.TrustReports")
        .addMethod(TrustReports.REPORT, ServerCalls.asyncBidiStreamingCall(this::accept))
        .build();
  }

  private StreamObserver<TrustReport> accept(StreamObserver<IssuerAnnouncement> announcements) {
    newest = announcements;
    streams.incrementAndGet();
    return new StreamObserver<>() {
      @Override
      public void onNext(TrustReport report) {
        reports.add(report);
      }

      @Override
      public void onError(Throwable error) {
        // the proxy went away
      }

      @Override
      public void onCompleted() {
        announcements.onCompleted();
      }
    };
  }

  /** Says on the newest stream what leaves come from now. */
  public void announce(X509Certificate issuer, Duration within) {
    Objects.requireNonNull(newest)
        .onNext(
            IssuerAnnouncement.newBuilder()
                .setIssuerSha256(Fingerprint.of(issuer))
                .setRenewWithinMillis(within.toMillis())
                .build());
  }

  public void announceNothing() {
    Objects.requireNonNull(newest).onNext(IssuerAnnouncement.getDefaultInstance());
  }

  /** Until {@code what} is true of the last report. */
  public void awaitLast(Predicate<TrustReport> what) {
    Awaitility.await().atMost(LIMIT).until(() -> what.test(reports.getLast()));
  }

  /** How often a proxy has opened its stream. */
  public int streams() {
    return streams.get();
  }

  /** The first report of which {@code what} is true. */
  public TrustReport await(Predicate<TrustReport> what) {
    Awaitility.await().atMost(LIMIT).until(() -> reports.stream().anyMatch(what));
    return reports.stream().filter(what).findFirst().orElseThrow();
  }
}

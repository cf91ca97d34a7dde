package io.isthmus.proxy.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.identity.ControlPlaneConnector;
import io.isthmus.proxy.identity.ControlPlaneSvidSource;
import io.isthmus.proxy.identity.Credentials;
import io.isthmus.proxy.identity.FakeControlPlane;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.identity.files.FileSvidSource;
import io.isthmus.proxy.identity.files.PemFiles;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.xds.ConnectionUser;
import isthmus.trust.v1alpha1.TrustReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports over gRPC, to a control plane that certifies and announces its issuer. */
final class TrustReporterIT {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir private Path directory;

  private final TestCa ca = TestCa.create("west.demo");
  private final TestCa switched = ca.withNewIssuer();
  private final ReceivedReports reports = new ReceivedReports();
  private final TlsContexts contexts = new TlsContexts(CLOCK, HandshakeObserver.none());
  private final ConfigHolder config = new ConfigHolder(CLOCK);

  @SuppressWarnings("NullAway.Init")
  private FakeControlPlane control;

  @SuppressWarnings("NullAway.Init")
  private ControlPlaneConnector connector;

  @BeforeEach
  void start() throws IOException {
    control = new FakeControlPlane(ca, directory).serving(reports.service()).start();
    connector = new ControlPlaneConnector(control.address(), CLOCK);
  }

  @AfterEach
  void close() throws InterruptedException {
    connector.close();
    control.close();
    contexts.close();
  }

  private ControlPlaneSvidSource fromControlPlane() {
    ControlPlaneSvidSource source =
        new ControlPlaneSvidSource(
            connector,
            control.certifies,
            new ControlPlaneSvidSource.Timing(CLOCK, RandomGenerator.getDefault()));
    source.start();
    return source;
  }

  private void report(SvidSource svids) {
    config.set(
        new MeshConfig(
            "v",
            Map.of(),
            Map.of(),
            Map.of(),
            new Inbound(Map.of(ca.trustDomain(), "west"), Map.of()),
            BundleSet.of(ca.bundle())));
    TrustUpdates trust =
        new TrustUpdates(
            contexts,
            new TrustUpdates.Sources(config, svids),
            _ -> {},
            new TrustUpdates.Timing(CLOCK, _ -> {}));
    trust.follow(() -> {});
    Credentials token = new Credentials.Token();
    ManagedChannel channel = connector.open(token);
    TrustReporter reporter = new TrustReporter("web-1", trust, svids, CLOCK);
    connector
        .loop()
        .execute(() ->
            reporter.onOpened(
                new ConnectionUser.Shared(
                    channel, connector.callOptions(token), connector.loop())));
  }

  private static boolean shows(TrustReport report, TestCa signer) {
    return report.getLeaf().getIssuerSha256().equals(Fingerprint.of(signer.issuer().certificate()));
  }

  @Test
  void renewsOnceWhenLeavesComeFromAnotherIssuerAndBackAgain() {
    report(fromControlPlane());
    assertThat(reports.await(report -> shows(report, ca)).getRenewsWhenTold()).isTrue();

    control.issuer = switched;
    reports.announce(switched.issuer().certificate(), Duration.ofMillis(20));
    reports.await(report -> shows(report, switched));
    assertThat(control.requests).hasValue(2);

    reports.announce(switched.issuer().certificate(), Duration.ZERO); // its leaf is of this one
    control.issuer = ca;
    reports.announce(ca.issuer().certificate(), Duration.ZERO);
    await().until(() -> control.requests.get() == 3);
    reports.awaitLast(report -> shows(report, ca));
    assertThat(control.requests).as("requests for certificates").hasValue(3);
  }

  @Test
  void anAnnouncementThatNamesNoIssuerIsNone() {
    report(fromControlPlane());
    reports.await(report -> shows(report, ca));
    reports.announceNothing(); // as an older control plane may, at the end of its call
    control.issuer = switched;
    reports.announce(switched.issuer().certificate(), Duration.ZERO);
    reports.await(report -> shows(report, switched));
    assertThat(control.requests).hasValue(2);
  }

  @Test
  void whoseCertificateIsInFilesSaysThatItCannotRenew() throws IOException {
    Path certificates = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    Svid own = ca.svid(control.certifies, Duration.ofHours(1));
    Files.writeString(certificates, Pem.encode(own.chain()));
    Files.writeString(key, Pem.encode(own.privateKey()));
    FileSvidSource files =
        new FileSvidSource(
            new PemFiles(certificates, key),
            connector::verifyOwn,
            control.certifies,
            connector.loop());
    files.start();
    report(files);
    assertThat(reports.await(report -> shows(report, ca)).getRenewsWhenTold()).isFalse();
    reports.announce(switched.issuer().certificate(), Duration.ZERO);
    Svid next = ca.svid(control.certifies, Duration.ofHours(2));
    Files.writeString(certificates, Pem.encode(next.chain()));
    Files.writeString(key, Pem.encode(next.privateKey()));
    reports.await(report -> report.getLeaf().getNotAfterMillis() == next.notAfter().toEpochMilli());
    assertThat(control.requests).as("requests for certificates").hasValue(0);
  }
}

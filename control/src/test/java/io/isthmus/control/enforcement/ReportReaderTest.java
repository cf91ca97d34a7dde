package io.isthmus.control.enforcement;

import static io.isthmus.control.enforcement.Fleet.WEST;
import static io.isthmus.control.enforcement.Fleet.bundle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusException;
import isthmus.trust.v1alpha1.BundleInForce;
import isthmus.trust.v1alpha1.TrustReport;
import java.util.Collections;
import org.junit.jupiter.api.Test;

final class ReportReaderTest {
  private final Fleet fleet = new Fleet();
  private final TrustReport.Builder report = fleet.report("web-1", bundle(WEST, 1));

  private void refused(String expected) {
    assertThatThrownBy(() -> ReportReader.read(report.build(), fleet.now()))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription()).contains(expected);
            });
  }

  @Test
  void refusesMoreEntriesThanAMeshHas() {
    report.addAllInForce(Collections.nCopies(64, BundleInForce.getDefaultInstance()));
    refused("in_force is 65 entries: expected at most 64");
  }

  @Test
  void refusesWhatIsNoDigest() {
    report.getInForceBuilder(0).setDigest("sha256:\n");
    refused("digest is sha256:?: expected sha256:<hex>");
  }

  @Test
  void refusesWhatIsNoTrustDomain() {
    report.getInForceBuilder(0).setTrustDomain("West");
    refused("trust_domain is West");
  }

  @Test
  void refusesWhatIsNoFingerprint() {
    report.getLeafBuilder().setIssuerSha256("../..");
    refused("issuer_sha256 is ../..: expected 64 hexadecimal digits");
  }

  @Test
  void refusesATimeThatIsNone() {
    report.setClockMillis(Long.MAX_VALUE);
    refused("clock_millis");
  }

  @Test
  void takesAReportWithoutLeaf() throws Exception {
    assertThat(ReportReader.read(report.clearLeaf().build(), fleet.now()).leaf()).isEmpty();
  }
}

package io.isthmus.mirror.names;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.mirror.names.NameReport.Outcome;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DnsNameProbeIT {
  private static final MirrorName HELLO = new MirrorName("shop", "hello-east", "10.97.0.5");
  private static final String FULL = "hello-east.shop.svc.west.local.";
  private static final String FIRST = "hello-east.shop.isthmus-system.svc.west.local.";

  private final TestDns dns = new TestDns();
  private final PodResolver pod =
      new PodResolver(
          List.of("127.0.0.1"),
          List.of("isthmus-system.svc.west.local", "svc.west.local", "west.local"),
          5,
          "west.local");
  private final DnsNameProbe probe = new DnsNameProbe(Optional.of(pod), dns.port());

  @AfterEach
  void close() {
    probe.close();
    dns.close();
  }

  private NameReport ask(MirrorName name) throws Exception {
    return probe.ask(name).orElseThrow().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void nameThatResolvesIsToldWithTheQuestionsThatARelativeOneTakes() throws Exception {
    dns.know(FULL, "10.97.0.5");
    dns.refuse(FIRST, DnsResponseCode.NXDOMAIN);

    NameReport report = ask(HELLO);

    assertThat(report.outcome()).isEqualTo(Outcome.RESOLVES);
    assertThat(report.message())
        .contains("127.0.0.1 says 10.97.0.5 for " + FULL, "hello-east.shop takes 2 questions");
    assertThat(dns.asked()).containsExactly(FULL + " A", FIRST + " A", FULL + " A");
  }

  @Test
  void addressOfVersionSixIsAskedForAsSuch() throws Exception {
    dns.know(FULL, "fd00::5");
    dns.refuse(FIRST, DnsResponseCode.NXDOMAIN);

    assertThat(ask(new MirrorName("shop", "hello-east", "fd00::5")).outcome())
        .isEqualTo(Outcome.RESOLVES);
    assertThat(dns.asked()).startsWith(FULL + " AAAA");
  }

  @Test
  void nameThatTheServerDoesNotKnowIsNamedWithItsDot() throws Exception {
    dns.refuse(FULL, DnsResponseCode.NXDOMAIN);

    NameReport report = ask(HELLO);

    assertThat(report.outcome()).isEqualTo(Outcome.NO_SUCH_NAME);
    assertThat(report.message())
        .contains("127.0.0.1 knows no A record of " + FULL, "NXDomain", "Service shop/hello-east");
  }

  @Test
  void otherAddressIsNamedBesideTheServices() throws Exception {
    dns.know(FULL, "10.97.0.6");

    NameReport report = ask(HELLO);

    assertThat(report.outcome()).isEqualTo(Outcome.OTHER_ADDRESS);
    assertThat(report.message()).contains("10.97.0.6 for " + FULL, "has 10.97.0.5");
  }

  @Test
  void serverThatCannotSayIsNoServerWithoutTheName() throws Exception {
    dns.refuse(FULL, DnsResponseCode.SERVFAIL);

    NameReport report = ask(HELLO);

    assertThat(report.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(report.message()).contains("ServFail", FULL);
  }

  @Test
  void serverThatDoesNotAnswerIsNamed() throws Exception {
    NameReport report = ask(HELLO);

    assertThat(report.outcome()).isEqualTo(Outcome.NO_ANSWER);
    assertThat(report.message()).contains("127.0.0.1 does not answer " + FULL);
  }

  @Test
  void failureOnTheSearchListIsAFailureOfWhoUsesIt() throws Exception {
    dns.know(FULL, "10.97.0.5");
    dns.refuse(FIRST, DnsResponseCode.SERVFAIL);

    NameReport report = ask(HELLO);

    assertThat(report.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(report.message()).contains(FIRST);
  }

  @Test
  void whereNoPodIsNothingIsAsked() {
    try (DnsNameProbe outside = new DnsNameProbe(Optional.empty(), dns.port())) {
      assertThat(outside.ask(HELLO)).isEmpty();
    }
  }
}

package io.isthmus.control.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.enforcement.IssuerNews.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class IssuerNewsTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private final TestCa old = TestCa.create("west.test");
  private TestCa signing = old.withNewIssuer();
  private final IssuerNews news =
      new IssuerNews(() -> Optional.of(signing.issuer().certificate()), () -> Duration.ofHours(24));

  private static String issuer(TestCa ca) {
    return Fingerprint.of(ca.issuer().certificate());
  }

  @Test
  void spreadsRenewalsOver45SecondsOrAQuarterOfAShortLife() {
    assertThat(news.window()).isEqualTo(Duration.ofSeconds(45));
    IssuerNews brief =
        new IssuerNews(
            () -> Optional.of(signing.issuer().certificate()), () -> Duration.ofMinutes(2));
    assertThat(brief.window()).isEqualTo(Duration.ofSeconds(30));
    assertThat(brief.message().orElseThrow().getRenewWithinMillis()).isEqualTo(30_000);
    assertThat(brief.message().orElseThrow().getIssuerSha256()).isEqualTo(issuer(signing));
  }

  @Test
  void tellsOnceWhoShowsALeafOfAnotherIssuerAndNobodyElse() {
    assertThat(Told.NOTHING.isDue(issuer(signing), news, NOW)).isFalse();
    assertThat(Told.NOTHING.isDue(issuer(old), news, NOW)).isTrue();
    Told told = new Told(issuer(signing), NOW);
    assertThat(told.isDue(issuer(old), news, NOW.plusSeconds(89))).isFalse();
  }

  @Test
  void tellsAgainWhoseRequestMetAReplicaThatHadNotSwitched() {
    Told told = new Told(issuer(signing), NOW);
    assertThat(told.isDue(issuer(old), news, NOW.plusSeconds(90))).isTrue();
  }

  @Test
  void tellsAtOnceWhenTheIssuersAreExchangedBack() {
    Told told = new Told(issuer(signing), NOW);
    String renewed = issuer(signing);
    signing = old;
    assertThat(told.isDue(renewed, news, NOW.plusSeconds(1))).isTrue();
    assertThat(told.isDue(issuer(old), news, NOW.plusSeconds(1))).isFalse();
  }

  @Test
  void tellsNobodyWhileNothingIsSigned() {
    IssuerNews silent = new IssuerNews(Optional::empty, () -> Duration.ofHours(24));
    assertThat(silent.message()).isEmpty();
    assertThat(Told.NOTHING.isDue(issuer(old), silent, NOW)).isFalse();
  }
}

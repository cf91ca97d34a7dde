package io.isthmus.control.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a TrustDomain says of lifetimes, and what is in force of it. */
final class LifetimesTest {
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");

  private static TrustDomain own(String root, String issuer, String leaf) {
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName("west").build());
    own.setSpec(
        new TrustDomainSpec(
            "west.test",
            new TrustDomainSpec.Authority(
                new TrustDomainSpec.Managed(root, issuer, leaf, 0.66), null),
            null,
            null));
    return own;
  }

  private static Lifetimes lifetimes(TrustDomain own) throws AuthorityException {
    return ((AuthorityForm.Managed) AuthorityForm.of(own)).lifetimes();
  }

  private static TrustDomain operated(String leaf) {
    TrustDomain own = own("1h", "1h", "1h");
    own.setSpec(
        new TrustDomainSpec(
            "west.test",
            new TrustDomainSpec.Authority(
                null, new TrustDomainSpec.Operator(new TrustDomainSpec.SecretRef("offline"), leaf)),
            null,
            null));
    return own;
  }

  @Test
  void operatorSaysHowLongLeavesLast() throws AuthorityException {
    assertThat(AuthorityForm.of(operated("1h")))
        .isEqualTo(new AuthorityForm.Operator("offline", Duration.ofHours(1)));
    assertThatThrownBy(() -> AuthorityForm.of(operated("19s")))
        .hasMessageContaining("spec.authority.operator.leafLifetime=19s: expected at least 20s");
  }

  @Test
  void periodsAreGos() throws AuthorityException {
    assertThat(lifetimes(own("87600h", "60m30s", "20s")))
        .isEqualTo(
            new Lifetimes(
                Duration.ofHours(87_600), Duration.ofSeconds(3_630), Duration.ofSeconds(20), 0.66));
  }

  @Test
  void whatIsNotSaidIsTheStandard() throws AuthorityException {
    TrustDomain own = own("1h", "1h", "1h");
    own.setSpec(TrustDomainSpec.own("west.test"));
    assertThat(lifetimes(own)).isEqualTo(TestLifetimes.STANDARD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "87600h  | 8760h  | 19s   | leafLifetime=19s: expected at least 20s",
        "87600h  | 8760h  | 2161h | leafLifetime=2161h: expected at most 2160h",
        "87600h  | 48h    | 24h   | issuerLifetime=48h: expected more than twice leafLifetime=24h",
        "100000h | 87601h | 24h   | issuerLifetime=87601h: expected at most 87600h",
        "8760h   | 8760h  | 24h   | rootLifetime=8760h: expected more than issuerLifetime=8760h",
        "262801h | 8760h  | 24h   | rootLifetime=262801h: expected at most 262800h",
        "87600h  | 8760h  | 1 day | leafLifetime='1 day': expected a period such as 24h",
        "87600h  | 8760h  | ''    | leafLifetime='': expected a period such as 24h",
        "87600h  | 1h1    | 24h   | issuerLifetime='1h1': expected a period such as 24h",
        "87600h  | 9999999999999h | 24h | issuerLifetime='9999999999999h': expected a period",
      })
  void whatIsOutOfBoundsIsNamedWithWhatWasExpected(
      String root, String issuer, String leaf, String message) {
    assertThatThrownBy(() -> lifetimes(own(root, issuer, leaf)))
        .isInstanceOf(AuthorityException.class)
        .hasMessageContaining("TrustDomain west: spec.authority.managed." + message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.5, 0.09, 0.91, 1, Double.NaN})
  void partOfALifeIsAPart(double rotateIssuerAt) {
    assertThatThrownBy(() ->
            new Lifetimes(
                TestLifetimes.STANDARD.root(),
                TestLifetimes.STANDARD.issuer(),
                TestLifetimes.STANDARD.leaf(),
                rotateIssuerAt))
        .hasMessageContaining(
            "rotateIssuerAt=" + rotateIssuerAt + ": expected 0.1 to 0.9, or 0 to switch it off");
  }

  @Test
  void nothingIsInForceBeforeThereAreGoodOnes() {
    assertThatThrownBy(() -> new FormInForce(own("87600h", "8760h", "1s"), () -> now))
        .isInstanceOf(AuthorityException.class);
  }

  @Test
  void trustDomainThatIsIssuedForElsewhereSaysNoLifetimes() {
    TrustDomain linked = own("87600h", "8760h", "24h");
    linked.setSpec(TrustDomainSpec.linked("west.test", "west"));
    assertThatThrownBy(() -> new FormInForce(linked, () -> now))
        .hasMessageContaining(
            "TrustDomain west: spec.authority: expected exactly one of managed and operator");
  }

  @Test
  void badOnesLeaveTheLastGoodOnesInForceAndSayWhy() throws AuthorityException {
    FormInForce lifetimes = new FormInForce(own("87600h", "8760h", "1h"), () -> now);
    lifetimes.follow(own("87600h", "8760h", "1s"));
    assertThat(lifetimes.current().leaf()).isEqualTo(Duration.ofHours(1));
    assertThat(lifetimes.problem())
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("leafLifetime=1s", "the last good form stays"));
    lifetimes.follow(own("87600h", "8760h", "2h"));
    assertThat(lifetimes.current().leaf()).isEqualTo(Duration.ofHours(2));
    assertThat(lifetimes.problem()).isEmpty();
  }

  @Test
  void leavesThatWereMadeBeforeTheirLifeWasShortenedCountUntilTheyEnd() throws AuthorityException {
    FormInForce form = new FormInForce(own("87600h", "8760h", "24h"), () -> now);
    form.follow(own("87600h", "8760h", "2h"));
    now = now.plus(Duration.ofHours(1));
    form.follow(own("87600h", "8760h", "1h"));
    assertThat(form.longestLeaf()).isEqualTo(Duration.ofHours(24));
    now = now.plus(Duration.ofHours(25));
    assertThat(form.longestLeaf()).isEqualTo(Duration.ofHours(1));
    form.follow(own("87600h", "8760h", "3h"));
    assertThat(form.longestLeaf()).isEqualTo(Duration.ofHours(3));
  }
}

package io.isthmus.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ServerIdentityTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final TestCa ca = TestCa.create("east.test", now::get);
  private final ServerIdentity identity =
      new ServerIdentity(
          ca::issuer,
          new ServerIdentity.Name(ca.id("isthmus-system", "isthmus-control"), List.of()),
          () -> Duration.ofHours(24),
          now::get);

  private String alias() {
    String alias = identity.chooseEngineServerAlias("EC", null, null);
    assertThat(alias).isNotNull();
    return String.valueOf(alias);
  }

  @Test
  void keepsItsCertificateUntilHalfOfItsLife() {
    Svid first = identity.current();
    now.set(identity.renewAt().minusSeconds(1));
    assertThat(identity.renewIfDue()).isFalse();
    assertThat(identity.current()).isSameAs(first);
  }

  @Test
  void nextHandshakeUsesTheRenewedOneAndOneUnderWayKeepsItsOwn() {
    Svid first = identity.current();
    String underWay = alias();
    now.set(identity.renewAt());
    assertThat(identity.renewIfDue()).isTrue();
    Svid second = identity.current();
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.notAfter()).isAfter(first.notAfter());
    assertThat(identity.getPrivateKey(underWay)).isEqualTo(first.privateKey());
    assertThat(identity.getPrivateKey(alias())).isEqualTo(second.privateKey());
    assertThat(identity.getCertificateChain(alias())).containsExactlyElementsOf(second.chain());
  }

  @Test
  void isRenewedOnceForEachHalfLife() {
    now.set(identity.renewAt());
    assertThat(identity.renewIfDue()).isTrue();
    assertThat(identity.renewIfDue()).isFalse();
  }

  @Test
  void hasNoKeyOfAnotherType() {
    assertThat(identity.chooseEngineServerAlias("RSA", null, null)).isNull();
  }
}

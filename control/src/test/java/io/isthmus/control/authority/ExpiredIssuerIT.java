package io.isthmus.control.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.control.MemoryApi;
import io.isthmus.control.state.Mesh;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An issuer whose end has come, on fabric8's in-memory API server. */
final class ExpiredIssuerIT {
  private static final String SYSTEM = "isthmus-system";
  private static final Mesh MESH =
      new Mesh("east", io.isthmus.certs.TrustDomain.of("east.test"), "cluster.local", SYSTEM);
  private static final SpiffeId WEB = SpiffeId.workload(MESH.trustDomain(), "shop", "web");

  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();
  private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private AuthorityStore store;
  private LiveAuthority live;
  private Authority before;

  @SuppressWarnings("NullAway.Init")
  ExpiredIssuerIT() {}

  @BeforeEach
  void start() throws AuthorityException {
    store = new AuthorityStore(client, MESH, () -> TestLifetimes.MANAGED, () -> now);
    live = live();
    before = live.current();
  }

  @AfterEach
  void stop() {
    live.close();
    api.close();
  }

  private LiveAuthority live() throws AuthorityException {
    return new LiveAuthority(store, store.load(Optional.empty()), Runnable::run, () -> now);
  }

  private void expire() {
    now = before.issuer().certificate().getNotAfter().toInstant();
  }

  private static String issuer(Authority authority) {
    return Fingerprint.of(authority.issuer().certificate());
  }

  @Test
  void signsUntilItsEndAndNotAfterIt() {
    now = before.issuer().certificate().getNotAfter().toInstant().minusSeconds(1);
    assertThat(live.isRefreshDue()).isFalse();
    assertThat(live.issuer().issueSvid(WEB, Duration.ofHours(24)).notAfter())
        .isEqualTo(now.plusSeconds(1));

    expire();
    assertThat(live.isRefreshDue()).isTrue();
    assertThatThrownBy(live::issuer)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(issuer(before))
        .hasMessageContaining("has expired at " + now);
  }

  @Test
  void isReplacedUnderTheSameRootAtOnce() {
    expire();
    live.refresh();

    assertThat(issuer(live.current())).isNotEqualTo(issuer(before));
    assertThat(live.current().root().certificate()).isEqualTo(before.root().certificate());
    assertThat(live.current().bundle()).isEqualTo(before.bundle());
    assertThat(live.problem()).isEmpty();
    assertThat(live.isRefreshDue()).isFalse();
    assertThat(live.issuer().issueSvid(WEB, Duration.ofHours(24)).notAfter())
        .isEqualTo(now.plus(Duration.ofHours(24)));
  }

  @Test
  void isReplacedBeforeAnythingIsServed() throws AuthorityException {
    expire();
    LiveAuthority started = live();
    started.ensureUsable();

    assertThat(issuer(started.current())).isNotEqualTo(issuer(before));
    assertThat(started.serverIssuer().certificate())
        .isEqualTo(started.current().issuer().certificate());
  }

  @Test
  void rotationGoesOnWithTheNewOneInItsPart() throws AuthorityException {
    now = now.plus(Duration.ofDays(364));
    Issuer made = store.makeIssuer(before, Rotation.Kind.ROOT, "r1");
    live.refresh();
    live.change(
        live.current(),
        live.current().issuers().withNext(made),
        Rotation.begun("r1", Rotation.Kind.ROOT, now).in(Phase.DUAL_TRUST, now));
    expire();
    live.refresh();

    assertThat(issuer(live.current())).isNotEqualTo(issuer(before));
    assertThat(live.current().root().certificate()).isEqualTo(before.root().certificate());
    assertThat(live.current().rotation().phase()).isEqualTo(Phase.DUAL_TRUST);
    assertThat(live.current().issuers().next().orElseThrow().certificate())
        .isEqualTo(made.certificate());
    assertThat(live.current().bundle().anchors()).hasSize(2);
  }

  @Test
  void rootWhoseKeyIsElsewhereIsNotReplacedForIt() {
    client
        .secrets()
        .inNamespace(SYSTEM)
        .withName(ObjectNames.ROOT_SECRET)
        .edit(secret -> new SecretBuilder(secret).addToData("tls.key", "").build());
    expire();
    live.refresh();

    assertThat(live.current().root().certificate()).isEqualTo(before.root().certificate());
    assertThat(live.problem().orElseThrow()).contains("the key of root", "is elsewhere");
    assertThatThrownBy(live::ensureUsable)
        .isInstanceOf(AuthorityException.class)
        .hasMessageContaining("is elsewhere");
  }

  @Test
  void rootThatHasExpiredAsWellIsNamed() {
    now = before.root().certificate().getNotAfter().toInstant();
    live.refresh();

    assertThat(issuer(live.current())).isEqualTo(issuer(before));
    assertThat(live.problem().orElseThrow())
        .contains("root", "has expired at " + now, Fingerprint.of(before.root().certificate()));
  }
}

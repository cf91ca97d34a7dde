package io.isthmus.control.authority;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Succession;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.MemoryApi;
import io.isthmus.control.state.Mesh;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against fabric8's in-memory API server. */
final class AuthorityStoreIT {
  private static final String SYSTEM = "isthmus-system";
  private static final TestCa EAST = TestCa.create("east.test");
  private static final TestCa WEST = TestCa.create("west.test");

  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();
  private AuthorityForm form = TestLifetimes.MANAGED;
  private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  @AfterEach
  void stop() {
    api.close();
  }

  private Authority load() throws AuthorityException {
    return new AuthorityStore(
            client,
            new Mesh("east", EAST.trustDomain(), "cluster.local", SYSTEM),
            () -> form,
            () -> now)
        .load(Optional.empty());
  }

  private void store(String name, String certificates, String key) {
    Map<String, String> data = new HashMap<>();
    new TlsSecret(TlsSecret.Slot.ACTIVE, certificates, key).putInto(data);
    client.resource(TlsSecret.first(SYSTEM, name, data)).createOr(existing -> existing.update());
  }

  private Map<String, String> stored(String name) {
    return client.secrets().inNamespace(SYSTEM).withName(name).get().getData();
  }

  private void assertRefusedAndUntouched(String name, String... named) {
    Map<String, String> before = stored(name);
    assertThatThrownBy(this::load)
        .isInstanceOf(AuthorityException.class)
        .hasMessageContainingAll(named);
    assertThat(stored(name)).isEqualTo(before);
  }

  @Test
  void secondStartFindsWhatTheFirstMade() throws AuthorityException {
    Authority first = load();
    Authority second = load();
    assertThat(second.root().certificate()).isEqualTo(first.root().certificate());
    assertThat(second.issuer().chain()).isEqualTo(first.issuer().chain());
    assertThat(second.bundle()).isEqualTo(first.bundle());
  }

  @Test
  void corruptRootIsNamedAndNotWrittenOver() {
    store(ObjectNames.ROOT_SECRET, "not a certificate", "not a key");
    assertRefusedAndUntouched(
        ObjectNames.ROOT_SECRET, "isthmus-system/isthmus-root", "tls.crt", "tls.key");
  }

  @Test
  void corruptIssuerIsNamedAndNotWrittenOver() throws AuthorityException {
    load();
    store(ObjectNames.ISSUER_SECRET, EAST.issuer().chainPem(), "not a key");
    assertRefusedAndUntouched(
        ObjectNames.ISSUER_SECRET, "isthmus-system/isthmus-issuer", "tls.key");
  }

  @Test
  void keyOfAnotherPairIsRefused() {
    store(ObjectNames.ROOT_SECRET, EAST.root().certificatePem(), WEST.root().privateKeyPem());
    assertRefusedAndUntouched(ObjectNames.ROOT_SECRET, "isthmus-system/isthmus-root");
  }

  @Test
  void rootOfAnotherTrustDomainIsRefusedNamingSecretKeyAndBothDomains() {
    store(ObjectNames.ROOT_SECRET, WEST.root().certificatePem(), WEST.root().privateKeyPem());
    assertRefusedAndUntouched(
        ObjectNames.ROOT_SECRET,
        "isthmus-system/isthmus-root",
        "tls.crt",
        "west.test",
        "east.test");
  }

  @Test
  void issuerOfAnotherRootIsRefused() throws AuthorityException {
    load();
    store(ObjectNames.ISSUER_SECRET, EAST.issuer().chainPem(), EAST.issuer().privateKeyPem());
    assertRefusedAndUntouched(
        ObjectNames.ISSUER_SECRET,
        "isthmus-system/isthmus-issuer",
        "not signed by the root in Secret isthmus-system/isthmus-root");
  }

  @Test
  void sequenceRisesWhenTheAnchorsChangeAndOnlyThen() throws AuthorityException {
    long first = load().bundle().sequence();
    now = now.plusSeconds(60);
    assertThat(load().bundle().sequence()).isEqualTo(first);
    replaceAuthority();
    assertThat(load().bundle().sequence()).isEqualTo(first + 60);
    assertThat(load().bundle().sequence()).isEqualTo(first + 60);
    assertThat(load().bundle().anchors()).containsExactly(EAST.root().certificate());
  }

  @Test
  void sequenceRisesThoughTheClockWentBack() throws AuthorityException {
    long first = load().bundle().sequence();
    now = now.minusSeconds(3600);
    replaceAuthority();
    assertThat(load().bundle().sequence()).isEqualTo(first + 1);
  }

  @Test
  void clusterBuiltAnewIsNewerThanWhatItPublishedBefore() throws AuthorityException {
    TrustBundle before = load().bundle();
    for (String secret : List.of(ObjectNames.ROOT_SECRET, ObjectNames.ISSUER_SECRET)) {
      client.secrets().inNamespace(SYSTEM).withName(secret).delete();
    }
    client.configMaps().inNamespace(SYSTEM).withName(ObjectNames.TRUST_BUNDLE).delete();
    now = now.plusSeconds(1);
    TrustBundle anew = load().bundle();
    assertThat(Succession.check(before, anew)).isInstanceOf(Succession.Newer.class);
    assertThat(Succession.check(anew, before)).isInstanceOf(Succession.Regress.class);
  }

  @Test
  void whatSomebodyRevokedByHandStaysWhenTheAnchorsChange() throws AuthorityException {
    TrustBundle first = load().bundle();
    String gone = Fingerprint.of(WEST.issuer().certificate());
    write(
        new TrustBundle(
            first.trustDomain(),
            first.sequence() + 1,
            first.refreshHint(),
            first.anchors(),
            Set.of(gone)));
    assertThat(load().bundle().revoked()).containsExactly(gone);
    replaceAuthority();
    TrustBundle replaced = load().bundle();
    assertThat(replaced.anchors()).containsExactly(EAST.root().certificate());
    assertThat(replaced.revoked()).containsExactly(gone);
    assertThat(replaced.sequence()).isGreaterThan(first.sequence() + 1);
  }

  @Test
  void anAnchorThatSomebodyRevokedByHandDoesNotComeBack() throws AuthorityException {
    replaceAuthority();
    TrustBundle first = load().bundle();
    String gone = Fingerprint.of(EAST.root().certificate());
    write(
        new TrustBundle(
            first.trustDomain(),
            first.sequence() + 1,
            first.refreshHint(),
            List.of(),
            Set.of(gone)));
    assertThat(load().bundle().anchors()).isEmpty();
    assertThat(load().bundle().revoked()).containsExactly(gone);
  }

  private void write(TrustBundle bundle) {
    ConfigMap stored =
        client.configMaps().inNamespace(SYSTEM).withName(ObjectNames.TRUST_BUNDLE).get();
    Map<String, String> data = new HashMap<>(stored.getData());
    data.put(ObjectNames.BUNDLE_JWKS_KEY, new String(bundle.toJwks(), UTF_8));
    stored.setData(data);
    client.resource(stored).update();
  }

  private void replaceAuthority() {
    store(ObjectNames.ROOT_SECRET, EAST.root().certificatePem(), EAST.root().privateKeyPem());
    store(ObjectNames.ISSUER_SECRET, EAST.issuer().chainPem(), EAST.issuer().privateKeyPem());
  }

  @Test
  void replicaThatWasStalledPublishesNothingOlder() throws AuthorityException {
    Authority first = load();
    BundleStore.Read stalled =
        new BundleStore(
                client, new Mesh("east", EAST.trustDomain(), "cluster.local", SYSTEM), () -> now)
            .read();
    restore(first);
    List<X509Certificate> stale = List.of(EAST.root().certificate());
    assertThatThrownBy(() -> stalled.with(stale, Optional.empty()))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    assertThat(load().bundle()).isEqualTo(first.bundle());
  }

  @Test
  void whoMeetsAnotherWriterOfTheBundleReadsEverythingAgain() throws AuthorityException {
    Authority first = load();
    replaceAuthority();
    AtomicInteger looks = new AtomicInteger();
    AuthorityStore store =
        new AuthorityStore(
            client,
            new Mesh("east", EAST.trustDomain(), "cluster.local", SYSTEM),
            () -> TestLifetimes.MANAGED,
            () -> {
              if (looks.getAndIncrement() == 0) { // between what it reads and what it writes
                restore(first);
              }
              return now;
            });
    assertThat(store.load(Optional.empty()).bundle()).isEqualTo(first.bundle());
  }

  /** As another replica might, which publishes the bundle too. */
  private void restore(Authority authority) {
    store(
        ObjectNames.ROOT_SECRET,
        authority.root().certificatePem(),
        authority.root().privateKeyPem());
    store(
        ObjectNames.ISSUER_SECRET,
        authority.issuer().chainPem(),
        authority.issuer().privateKeyPem());
    client
        .configMaps()
        .inNamespace(SYSTEM)
        .withName(ObjectNames.TRUST_BUNDLE)
        .edit(found ->
            new ConfigMapBuilder(found)
                .editMetadata()
                .addToAnnotations("written", "meanwhile")
                .endMetadata()
                .build());
  }
}

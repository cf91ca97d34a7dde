package io.isthmus.mirror.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.mirror.plan.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BundleFollowingTest {
  private static final TestCa EAST = TestCa.create("east.example");
  private static final TestCa ANOTHER = TestCa.create("east.example");
  private static final BundleFollowing FOLLOWING =
      new BundleFollowing(
          new ObjectKey("isthmus-system", "isthmus-trust-bundle-east"), "east", EAST.trustDomain());

  private static TrustBundle bundle(TestCa ca, long sequence) {
    TrustBundle bundle = ca.bundle();
    return new TrustBundle(bundle.trustDomain(), sequence, bundle.refreshHint(), bundle.anchors());
  }

  private static Optional<ConfigMap> published(TrustBundle bundle) {
    return published(
        bundle.trustDomain().name(), new String(bundle.toJwks(), StandardCharsets.UTF_8));
  }

  private static Optional<ConfigMap> published(String trustDomain, String jwks) {
    return Optional.of(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("isthmus-trust-bundle")
            .endMetadata()
            .withData(Map.of("trust-domain", trustDomain, "bundle.json", jwks))
            .build());
  }

  private static Optional<ConfigMap> inForce(long sequence) {
    return FOLLOWING.decide(published(bundle(EAST, sequence)), Optional.empty()).write();
  }

  private static void keeps(BundleDecision decision, long sequence, String reason) {
    assertThat(decision.write()).isEmpty();
    assertThat(decision.inForce().orElseThrow().sequence()).isEqualTo(sequence);
    assertThat(decision.finding().status()).isEqualTo("False");
    assertThat(decision.finding().reason()).isEqualTo(reason);
  }

  @Test
  void whatThePeerRevokesIsHandedOnAlsoWhereNoAnchorChanges() throws BundleFormatException {
    String issuer = "ab".repeat(32);
    TrustBundle revoking =
        new TrustBundle(
            EAST.trustDomain(),
            6,
            TrustBundle.DEFAULT_REFRESH_HINT,
            EAST.bundle().anchors(),
            Set.of(issuer));

    ConfigMap written = FOLLOWING.decide(published(revoking), inForce(5)).write().orElseThrow();

    assertThat(
            TrustBundle.parseJwks(
                EAST.trustDomain(),
                written.getData().getOrDefault("bundle.json", "").getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(revoking);
  }

  @Test
  void firstBundleIsTaken() {
    BundleDecision decision = FOLLOWING.decide(published(bundle(EAST, 5)), Optional.empty());

    assertThat(decision.write().orElseThrow().getMetadata().getLabels())
        .containsEntry("isthmus.io/trust-bundle", "peer");
    assertThat(decision.inForce().orElseThrow().sequence()).isEqualTo(5);
    assertThat(decision.finding().status()).isEqualTo("True");
  }

  @Test
  void newerBundleIsTaken() {
    BundleDecision decision = FOLLOWING.decide(published(bundle(EAST, 6)), inForce(5));

    assertThat(decision.write()).isPresent();
    assertThat(decision.inForce().orElseThrow().sequence()).isEqualTo(6);
  }

  @Test
  void sameBundleIsNotWrittenAgain() {
    BundleDecision decision = FOLLOWING.decide(published(bundle(EAST, 5)), inForce(5));

    assertThat(decision.write()).isEmpty();
    assertThat(decision.finding().status()).isEqualTo("True");
  }

  @Test
  void olderSequenceIsNotTaken() {
    keeps(FOLLOWING.decide(published(bundle(EAST, 4)), inForce(5)), 5, "SequenceRegressed");
  }

  @Test
  void otherAnchorsUnderTheSameSequenceAreNotTaken() {
    keeps(FOLLOWING.decide(published(bundle(ANOTHER, 5)), inForce(5)), 5, "SequenceConflict");
  }

  @Test
  void bundleThatCannotBeReadIsNotTaken() {
    keeps(FOLLOWING.decide(published("east.example", "{"), inForce(5)), 5, "BundleUnparseable");
  }

  @Test
  void bundleOfAnotherTrustDomainIsNotTaken() {
    keeps(FOLLOWING.decide(published("west.example", "{}"), inForce(5)), 5, "TrustDomainMismatch");
  }

  @Test
  void peerWithoutABundleLeavesWhatIsInForce() {
    keeps(FOLLOWING.decide(Optional.empty(), inForce(5)), 5, "BundleMissing");
  }

  @Test
  void someoneElsesConfigMapIsNeverTouched() {
    Optional<ConfigMap> theirs = published(bundle(EAST, 1));

    BundleDecision decision = FOLLOWING.decide(published(bundle(EAST, 5)), theirs);

    assertThat(decision.write()).isEmpty();
    assertThat(decision.inForce()).isEmpty();
    assertThat(decision.finding().reason()).isEqualTo("NameConflict");
  }

  @Test
  void damagedCopyIsReplacedByWhatThePeerPublishes() {
    ConfigMap damaged = inForce(5).orElseThrow();
    damaged.setData(Map.of("bundle.json", "?"));

    BundleDecision decision = FOLLOWING.decide(published(bundle(EAST, 5)), Optional.of(damaged));

    assertThat(decision.write()).isPresent();
    assertThat(decision.inForce().orElseThrow().sequence()).isEqualTo(5);
  }

  @Test
  void lastKnownBundleStaysWhileThePeerCannotBeAsked() {
    BundleDecision decision = FOLLOWING.withoutPeer(inForce(5));

    assertThat(decision.inForce().orElseThrow().sequence()).isEqualTo(5);
    assertThat(decision.finding().status()).isEqualTo("True");
    assertThat(decision.finding().reason()).isEqualTo("LastKnown");
  }
}

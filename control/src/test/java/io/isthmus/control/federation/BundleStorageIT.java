package io.isthmus.control.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.isthmus.api.trust.TrustDomainSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a bundle that was fetched. */
@Timeout(60)
final class BundleStorageIT extends EndpointScenarios {
  @Test
  void newerBundlesAreTakenAndNothingIsWrittenForTheSame() throws InterruptedException {
    takeTheThird();
    String version = Objects.requireNonNull(api.stored()).getMetadata().getResourceVersion();
    assertTaken(bundle(PEER, 3));
    assertThat(Objects.requireNonNull(api.stored()).getMetadata().getResourceVersion())
        .isEqualTo(version);
    endpoint.serves(bundle(PEER, 4));
    assertTaken(bundle(PEER, 4));
  }

  @Test
  void anotherProcessGoesOnFromWhatIsStored() throws InterruptedException {
    takeTheThird();
    following = following(Duration.ofSeconds(20));
    endpoint.serves(bundle(PEER, 2));
    assertKept(FetchFailure.SEQUENCE_REGRESSED, "sequence 2", "at least 3");
  }

  @Test
  void deletedConfigMapIsWrittenAgainAndLetsNothingOldIn() throws InterruptedException {
    takeTheThird();
    api.client().resource(Objects.requireNonNull(api.stored())).delete();
    endpoint.serves(bundle(PEER, 2));
    assertFailed(look(), FetchFailure.SEQUENCE_REGRESSED);
    takeTheThird();
  }

  @Test
  void damagedConfigMapIsReplaced() throws InterruptedException {
    takeTheThird();
    var damaged = Objects.requireNonNull(api.stored());
    damaged.setData(Map.of("bundle.json", "{"));
    api.client().resource(damaged).update();
    takeTheThird();
  }

  @Test
  void bundleOfADeletedTrustDomainIsNotThatOfItsSuccessor() throws InterruptedException {
    takeTheThird();
    FederatedDomain next =
        new FederatedDomain(
            InMemoryApi.PEER,
            "uid-2",
            1,
            PEER.trustDomain(),
            TrustDomainSpec.Endpoint.spiffe(
                endpoint.url(), SERVER.toString(), new String(IMPOSTOR.bundle().toJwks(), UTF_8)),
            Optional.empty());
    endpoint.show(IMPOSTOR.svid(SERVER, Duration.ofHours(1))).serves(bundle(IMPOSTOR, 1));
    assertThat(following(Duration.ofSeconds(20)).look(next))
        .isEqualTo(new Look.Good(bundle(IMPOSTOR, 1)));
    assertThat(api.bundle(PEER.trustDomain())).contains(bundle(IMPOSTOR, 1));
  }

  @Test
  void configMapOfSomebodyElseIsLeftAlone() throws InterruptedException {
    api.client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(InMemoryApi.SYSTEM)
                .withName("isthmus-federated-bundle-peer")
                .endMetadata()
                .addToData("mine", "yes")
                .build())
        .create();
    endpoint.serves(bundle(PEER, 3));
    assertFailed(
        look(), FetchFailure.NAME_CONFLICT, "isthmus-system/isthmus-federated-bundle-peer");
    assertThat(Objects.requireNonNull(api.stored()).getData()).isEqualTo(Map.of("mine", "yes"));
  }

  @Test
  void replicasThatStoreTogetherEndWithTheSameBundle() throws Exception {
    endpoint.serves(bundle(PEER, 3));
    List<BundleFollowing> replicas =
        Stream.generate(() -> following(Duration.ofSeconds(20))).limit(4).toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var look :
          threads.invokeAll(
              replicas.stream().<Callable<Look>>map(one -> () -> one.look(domain())).toList())) {
        assertThat(look.get()).isEqualTo(new Look.Good(bundle(PEER, 3)));
      }
    }
    assertThat(api.bundle(PEER.trustDomain())).contains(bundle(PEER, 3));
  }

  @Test
  void apiServerThatIsGoneIsNamedAndTheFormerBundleIsKeptInMind() throws InterruptedException {
    takeTheThird();
    api.goAway();
    Look look = look();
    assertFailed(look, FetchFailure.NOT_STORED, "API server");
    assertThat(look.inForce()).contains(bundle(PEER, 3));
  }
}

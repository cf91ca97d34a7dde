package io.isthmus.control.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/**
 * A peer of the profile https_spiffe on a real TLS port, looked at once for each call; what is
 * stored is in an in-memory API server.
 */
abstract class EndpointScenarios {
  static final TestCa PEER = TestCa.create("peer.test");
  static final TestCa IMPOSTOR = TestCa.create("peer.test");
  static final TestCa OTHER = TestCa.create("other.test");
  static final SpiffeId SERVER = PEER.id("spire", "server");
  final InMemoryApi api = new InMemoryApi();
  final TestEndpoint endpoint = new TestEndpoint(PEER.svid(SERVER, Duration.ofHours(24)));
  Instant now = Instant.now();
  BundleSet inForce = BundleSet.EMPTY;
  BundleFollowing following = following(Duration.ofSeconds(20));

  @AfterEach
  void close() {
    endpoint.close();
    api.close();
  }

  BundleFollowing following(Duration timeout) {
    return new BundleFollowing(
        new BundleFollowing.Sources(
            api.store(), new BundleClient(timeout), () -> inForce, () -> now));
  }

  FederatedDomain domain(SpiffeId server, Optional<TrustBundle> bootstrap) {
    return new FederatedDomain(
        InMemoryApi.PEER,
        "uid-1",
        1,
        PEER.trustDomain(),
        TrustDomainSpec.Endpoint.spiffe(
            endpoint.url(),
            server.toString(),
            bootstrap.map(bundle -> new String(bundle.toJwks(), UTF_8)).orElse(null)),
        Optional.empty());
  }

  FederatedDomain domain() {
    return domain(SERVER, Optional.of(PEER.bundle()));
  }

  static FederatedDomain at(String url) {
    return new FederatedDomain(
        InMemoryApi.PEER,
        "uid-1",
        1,
        PEER.trustDomain(),
        TrustDomainSpec.Endpoint.spiffe(url, SERVER.toString(), null),
        Optional.empty());
  }

  static TrustBundle bundle(TestCa authority, long sequence) {
    return authority.root().bundle(sequence, Duration.ofMinutes(1));
  }

  Look look() throws InterruptedException {
    return following.look(domain());
  }

  void assertTaken(TrustBundle bundle) throws InterruptedException {
    assertThat(look()).isEqualTo(new Look.Good(bundle));
    assertThat(api.bundle(PEER.trustDomain())).contains(bundle);
  }

  /** Sequence 3 is in force before and after. */
  void assertKept(FetchFailure failure, String... message) throws InterruptedException {
    assertFailed(look(), failure, message);
    assertThat(api.bundle(PEER.trustDomain())).contains(bundle(PEER, 3));
  }

  static void assertFailed(Look look, FetchFailure failure, String... message) {
    assertThat(look)
        .asInstanceOf(type(Look.Failed.class))
        .satisfies(failed -> {
          assertThat(failed.failure()).as(failed.message()).isEqualTo(failure);
          for (String part : message) {
            assertThat(failed.message()).contains(part);
          }
        });
  }

  void takeTheThird() throws InterruptedException {
    endpoint.serves(bundle(PEER, 3));
    assertTaken(bundle(PEER, 3));
  }
}

package io.isthmus.control.federation;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom a bundle is taken from: who the server is, and what that is verified with. */
@Timeout(60)
final class EndpointIdentityIT extends EndpointScenarios {
  @Test
  void anotherIdentityIsRefusedAtTheNextLookThoughItsAuthorityIsTheSame()
      throws InterruptedException {
    takeTheThird();
    SpiffeId other = PEER.id("shop", "web");
    endpoint.show(PEER.svid(other, Duration.ofHours(1))).serves(bundle(PEER, 4));
    assertKept(FetchFailure.IDENTITY_REFUSED, other.toString(), "expected " + SERVER);
  }

  @Test
  void sameIdentityOfAnotherAuthorityIsRefused() throws InterruptedException {
    takeTheThird();
    endpoint.show(IMPOSTOR.svid(SERVER, Duration.ofHours(1))).serves(bundle(IMPOSTOR, 4));
    assertKept(FetchFailure.IDENTITY_REFUSED);
  }

  @Test
  void certificateOfAnotherTrustDomainIsRefused() throws InterruptedException {
    takeTheThird();
    endpoint.show(OTHER.svid("spire", "server")).serves(bundle(PEER, 4));
    assertKept(FetchFailure.IDENTITY_REFUSED, "other.test");
  }

  @Test
  void expiredCertificateIsRefused() throws InterruptedException {
    takeTheThird();
    endpoint.serves(bundle(PEER, 4));
    now = now.plus(Duration.ofHours(25));
    assertKept(FetchFailure.IDENTITY_REFUSED, "was valid until");
    Look first = look();
    now = now.plusSeconds(60);
    assertThat(look()).as("says the same while nothing changes").isEqualTo(first);
  }

  @Test
  void withoutABootstrapNobodyIsBelieved() throws InterruptedException {
    endpoint.serves(bundle(PEER, 3));
    assertFailed(
        following.look(domain(SERVER, Optional.empty())),
        FetchFailure.NO_BOOTSTRAP,
        "peer.test",
        SERVER.toString());
    assertThat(endpoint.connections()).isZero();
  }

  @Test
  void whatWasFetchedIsTrustedFromThenOnAndTheBootstrapNoMore() throws InterruptedException {
    TrustBundle both =
        new TrustBundle(
            PEER.trustDomain(),
            2,
            Duration.ofMinutes(1),
            Stream.of(PEER, IMPOSTOR).map(ca -> ca.root().certificate()).toList());
    endpoint.serves(both);
    assertTaken(both);
    endpoint.show(IMPOSTOR.svid(SERVER, Duration.ofHours(1))).serves(bundle(IMPOSTOR, 3));
    assertTaken(bundle(IMPOSTOR, 3));
    endpoint.show(PEER.svid(SERVER, Duration.ofHours(1))).serves(bundle(PEER, 4));
    assertFailed(look(), FetchFailure.IDENTITY_REFUSED);
  }

  @Test
  void firstBundleIsNotOlderThanTheBootstrap() throws InterruptedException {
    endpoint.serves(bundle(PEER, 3));
    Look look = following.look(domain(SERVER, Optional.of(bundle(PEER, 5))));
    assertFailed(look, FetchFailure.SEQUENCE_REGRESSED, "sequence 3", "at least 5");
    assertThat(api.stored()).isNull();
  }

  @Test
  void serverOfAnotherTrustDomainIsVerifiedByThatOnesBundle() throws InterruptedException {
    SpiffeId server = OTHER.id("spire", "server");
    endpoint.show(OTHER.svid(server, Duration.ofHours(1))).serves(bundle(PEER, 3));
    FederatedDomain domain = domain(server, Optional.empty());
    assertFailed(following.look(domain), FetchFailure.NO_BUNDLE_OF_SERVER, "other.test");
    inForce = BundleSet.of(OTHER.bundle());
    assertThat(following.look(domain)).isEqualTo(new Look.Good(bundle(PEER, 3)));
  }
}

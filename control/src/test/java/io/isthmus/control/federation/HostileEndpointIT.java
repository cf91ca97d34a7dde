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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An endpoint of the profile https_spiffe that does what endpoints do on bad days, on a real TLS
 * port. Whatever it does, the last good bundle stays.
 */
@Timeout(60)
final class HostileEndpointIT {
  private static final TestCa PEER = TestCa.create("peer.test");
  private static final TestCa IMPOSTOR = TestCa.create("peer.test");
  private static final TestCa OTHER = TestCa.create("other.test");
  private static final SpiffeId SERVER = PEER.id("spire", "server");
  private static final int TWO_MEGABYTES = 2 << 20;

  private final InMemoryApi api = new InMemoryApi();
  private final TestEndpoint endpoint = new TestEndpoint(PEER.svid(SERVER, Duration.ofHours(24)));
  private Instant now = Instant.now();
  private BundleSet inForce = BundleSet.EMPTY;
  private BundleFollowing following = following(Duration.ofSeconds(20));

  @AfterEach
  void close() {
    endpoint.close();
    api.close();
  }

  private BundleFollowing following(Duration timeout) {
    return new BundleFollowing(
        new BundleFollowing.Sources(
            api.store(), new BundleClient(timeout), () -> inForce, () -> now));
  }

  private FederatedDomain domain(SpiffeId server, Optional<TrustBundle> bootstrap) {
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

  private FederatedDomain domain() {
    return domain(SERVER, Optional.of(PEER.bundle()));
  }

  private static TrustBundle bundle(TestCa authority, long sequence) {
    return authority.root().bundle(sequence, Duration.ofMinutes(1));
  }

  private Look look() throws InterruptedException {
    return following.look(domain());
  }

  private void assertTaken(TrustBundle bundle) throws InterruptedException {
    assertThat(look()).isEqualTo(new Look.Good(bundle));
    assertThat(api.bundle(PEER.trustDomain())).contains(bundle);
  }

  /** Sequence 3 is in force before and after. */
  private void assertKept(FetchFailure failure, String... message) throws InterruptedException {
    assertFailed(look(), failure, message);
    assertThat(api.bundle(PEER.trustDomain())).contains(bundle(PEER, 3));
  }

  private static void assertFailed(Look look, FetchFailure failure, String... message) {
    assertThat(look)
        .asInstanceOf(type(Look.Failed.class))
        .satisfies(failed -> {
          assertThat(failed.failure()).as(failed.message()).isEqualTo(failure);
          for (String part : message) {
            assertThat(failed.message()).contains(part);
          }
        });
  }

  private void takeTheThird() throws InterruptedException {
    endpoint.serves(bundle(PEER, 3));
    assertTaken(bundle(PEER, 3));
  }

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
  void redirectIsARefusalThatNamesItsTargetAndTheTargetIsNotAsked() throws InterruptedException {
    takeTheThird();
    try (TestEndpoint elsewhere = new TestEndpoint(PEER.svid(SERVER, Duration.ofHours(1)))) {
      elsewhere.serves(bundle(PEER, 9));
      endpoint.answers(
          "HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url() + "\r\nContent-Length: 0");
      assertKept(FetchFailure.REDIRECTED, "302", elsewhere.url());
      assertThat(elsewhere.connections()).isZero();
    }
  }

  @Test
  void stallBeforeTheAnswerEndsInTime() throws InterruptedException {
    takeTheThird();
    following = following(Duration.ofSeconds(1));
    endpoint.does((in, _) -> TestEndpoint.waitForItsEnd(in));
    assertKept(FetchFailure.TIMED_OUT, "no complete answer within 1s");
  }

  @Test
  void stallInTheMiddleOfTheAnswerEndsInTime() throws InterruptedException {
    takeTheThird();
    following = following(Duration.ofSeconds(1));
    endpoint.does((in, out) -> {
      TestEndpoint.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":");
      TestEndpoint.waitForItsEnd(in);
    });
    assertKept(FetchFailure.TIMED_OUT, "no complete answer within 1s");
  }

  @Test
  void answerThatIsCutOffIsNoAnswer() throws InterruptedException {
    takeTheThird();
    endpoint.does((_, out) ->
        TestEndpoint.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":"));
    assertKept(FetchFailure.UNREACHABLE, "no answer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html; charset=utf-8", "application/json"})
  void htmlIsNamedAsSuchWhateverItsType(String type) throws InterruptedException {
    takeTheThird();
    endpoint.serves(type, "\n<!doctype html><title>Sign in</title>");
    assertKept(FetchFailure.HTML_PAGE, "expected JSON");
  }

  @Test
  void twoMegabytesAreRefusedByTheirLength() throws InterruptedException {
    takeTheThird();
    endpoint.serves("application/json", " ".repeat(TWO_MEGABYTES));
    assertKept(FetchFailure.TOO_LARGE, "2097152 bytes", "at most 1048576");
  }

  @Test
  void bytesWithoutEndAreReadNoFurtherThanAllowed() throws InterruptedException {
    takeTheThird();
    endpoint.does((_, out) -> {
      TestEndpoint.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      while (true) { // until the client has gone
        TestEndpoint.write(out, "1000\r\n" + " ".repeat(0x1000) + "\r\n");
      }
    });
    assertKept(FetchFailure.TOO_LARGE, "at most 1048576");
  }

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
  void redirectThatIsAnotherEachTimeIsSaidInTheSameWords() throws InterruptedException {
    takeTheThird();
    endpoint.answers("HTTP/1.1 302 Found\r\nLocation: https://login.test/in?state=1#a");
    Look first = look();
    endpoint.answers("HTTP/1.1 302 Found\r\nLocation: https://login.test/in?state=2#b");
    assertThat(look()).isEqualTo(first);
    assertFailed(first, FetchFailure.REDIRECTED, "https://login.test/in:");
  }

  @Test
  void apiServerThatIsGoneIsNamedAndTheFormerBundleIsKeptInMind() throws InterruptedException {
    takeTheThird();
    api.goAway();
    Look look = look();
    assertFailed(look, FetchFailure.NOT_STORED, "API server");
    assertThat(look.inForce()).contains(bundle(PEER, 3));
  }

  @Test
  void sequenceThatGoesBackIsRefused() throws InterruptedException {
    takeTheThird();
    endpoint.serves(bundle(PEER, 2));
    assertKept(FetchFailure.SEQUENCE_REGRESSED, "sequence 2", "at least 3");
  }

  @Test
  void sameSequenceWithOtherContentIsRefused() throws InterruptedException {
    takeTheThird();
    endpoint.serves(bundle(IMPOSTOR, 3));
    assertKept(FetchFailure.SEQUENCE_CONFLICT, "sequence 3", bundle(PEER, 3).digest());
  }

  @Test
  void validDocumentWithoutKeysMeansToTrustNobody() throws InterruptedException {
    takeTheThird();
    endpoint.serves("application/json", "{\"keys\":[],\"spiffe_sequence\":4}");
    look();
    assertThat(api.bundle(PEER.trustDomain()).orElseThrow().anchors()).isEmpty();
    assertFailed(look(), FetchFailure.IDENTITY_REFUSED, "has no anchors");
  }

  @Test
  void brokenDocumentAfterAGoodOneChangesNothing() throws InterruptedException {
    takeTheThird();
    endpoint.serves("application/json", "{\"keys\":[");
    assertKept(FetchFailure.UNPARSEABLE, "not valid JSON");
  }

  @Test
  void refusedConnectionChangesNothingAndIsOverWhenTheEndpointIsBack() throws InterruptedException {
    takeTheThird();
    endpoint.goAway();
    assertKept(FetchFailure.UNREACHABLE, "no connection: refused");
    endpoint.comeBack();
    endpoint.serves(bundle(PEER, 4));
    assertTaken(bundle(PEER, 4));
  }

  @Test
  void hostWithoutAnAddressIsNamedAsSuch() throws InterruptedException {
    FederatedDomain nowhere =
        new FederatedDomain(
            InMemoryApi.PEER,
            "uid-1",
            1,
            PEER.trustDomain(),
            TrustDomainSpec.Endpoint.web("https://nowhere.invalid/", null),
            Optional.empty());
    assertFailed(following.look(nowhere), FetchFailure.UNREACHABLE, "the host has no address");
  }

  @Test
  void errorStatusChangesNothing() throws InterruptedException {
    takeTheThird();
    endpoint.answers("HTTP/1.1 500 Oops\r\nContent-Length: 0");
    assertKept(FetchFailure.UNEXPECTED_STATUS, "500", "expected 200");
  }

  @Test
  void plainHttpIsNoTls() throws InterruptedException {
    takeTheThird();
    try (java.net.ServerSocket plain = new java.net.ServerSocket(0)) {
      Thread.ofVirtual().start(() -> answerInPlainText(plain));
      FederatedDomain there =
          new FederatedDomain(
              InMemoryApi.PEER,
              "uid-1",
              1,
              PEER.trustDomain(),
              TrustDomainSpec.Endpoint.spiffe(
                  "https://127.0.0.1:" + plain.getLocalPort(), SERVER.toString(), null),
              Optional.empty());
      assertFailed(following.look(there), FetchFailure.UNREACHABLE, "no TLS");
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void answerInPlainText(java.net.ServerSocket plain) {
    try (var socket = plain.accept()) {
      TestEndpoint.write(socket.getOutputStream(), "HTTP/1.1 400 Bad Request\r\n\r\n");
      TestEndpoint.waitForItsEnd(socket.getInputStream());
    } catch (java.io.IOException e) {
      // the client has gone
    }
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
  void anotherProcessGoesOnFromWhatIsStored() throws InterruptedException {
    takeTheThird();
    following = following(Duration.ofSeconds(20));
    endpoint.serves(bundle(PEER, 2));
    assertKept(FetchFailure.SEQUENCE_REGRESSED, "sequence 2", "at least 3");
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
    damaged.setData(java.util.Map.of("bundle.json", "{"));
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
            new io.fabric8.kubernetes.api.model.ConfigMapBuilder()
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
    assertThat(Objects.requireNonNull(api.stored()).getData())
        .isEqualTo(java.util.Map.of("mine", "yes"));
  }

  @Test
  void replicasThatStoreTogetherEndWithTheSameBundle() throws Exception {
    endpoint.serves(bundle(PEER, 3));
    List<BundleFollowing> replicas =
        Stream.generate(() -> following(Duration.ofSeconds(20))).limit(4).toList();
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      for (var look :
          threads.invokeAll(
              replicas.stream()
                  .<java.util.concurrent.Callable<Look>>map(one -> () -> one.look(domain()))
                  .toList())) {
        assertThat(look.get()).isEqualTo(new Look.Good(bundle(PEER, 3)));
      }
    }
    assertThat(api.bundle(PEER.trustDomain())).contains(bundle(PEER, 3));
  }
}

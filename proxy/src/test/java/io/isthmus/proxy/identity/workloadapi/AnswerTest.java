package io.isthmus.proxy.identity.workloadapi;

import static io.isthmus.proxy.identity.workloadapi.FakeAgent.der;
import static io.isthmus.proxy.identity.workloadapi.FakeAgent.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.spiffe.workloadapi.X509SVID;

/** Each message but the good ones is refused as a whole, and says which field is why. */
final class AnswerTest {
  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  private final TestCa west = TestCa.create("west.demo", CLOCK);
  private final Svid web = west.svid("shop", "web");
  private final Answer answer = new Answer(west.id("shop", "web"), CLOCK);

  private X509SVID offered(Svid svid) {
    return FakeAgent.svid(svid, west.bundle());
  }

  private X509SVID.Builder good() {
    return offered(web).toBuilder();
  }

  private void refuses(X509SVID svid, String... reasons) {
    assertThatThrownBy(() -> answer.svid(message(svid))).hasMessageContainingAll(reasons);
  }

  @Test
  void takesTheSvidOfTheExpectedIdAmongOthers() throws Exception {
    assertThat(answer.svid(message(offered(west.svid("shop", "admin")), offered(web))))
        .isEqualTo(web);
  }

  @Test
  void takesTheFirstOfTwoOfTheSameId() throws Exception {
    assertThat(answer.svid(message(offered(web), offered(west.svid("shop", "web")))))
        .isEqualTo(web);
  }

  @Test
  void takesNoneFromAnEmptyList() {
    assertThatThrownBy(() -> answer.svid(message()))
        .hasMessage("no SVID in the message: expected that of spiffe://west.demo/ns/shop/sa/web");
  }

  @Test
  void namesTheIdsThatAreNotTheExpectedOne() {
    assertThatThrownBy(() ->
            answer.svid(
                message(offered(west.svid("shop", "admin")), offered(west.svid("bank", "web")))))
        .hasMessage(
            "SVIDs of spiffe://west.demo/ns/shop/sa/admin, spiffe://west.demo/ns/bank/sa/web: "
                + "expected one of spiffe://west.demo/ns/shop/sa/web; check the selectors of the "
                + "registration entries");
  }

  @Test
  void namesTenOfManyIds() {
    X509SVID[] many =
        IntStream.range(0, 15)
            .mapToObj(i -> good().setSpiffeId(west.id("shop", "other-" + i).toString()).build())
            .toArray(X509SVID[]::new);
    assertThatThrownBy(() -> answer.svid(message(many)))
        .hasMessageContaining("sa/other-9 and 5 more: expected one of");
  }

  @Test
  void refusesAMessageWithAMalformedId() {
    assertThatThrownBy(
            () -> answer.svid(message(offered(web), good().setSpiffeId("spiffe://WEST/x").build())))
        .hasMessageStartingWith("svids[1].spiffe_id ");
  }

  @Test
  void refusesACertificateOfAnotherIdThanTheMessageSays() {
    refuses(
        offered(west.svid("shop", "admin")).toBuilder().setSpiffeId(web.id().toString()).build(),
        "svids[0] of spiffe://west.demo/ns/shop/sa/web: ",
        "its leaf is of spiffe://west.demo/ns/shop/sa/admin");
  }

  @Test
  void refusesAKeyThatIsNotTheLeafs() {
    refuses(
        good().setX509SvidKey(offered(west.svid("shop", "web")).getX509SvidKey()).build(),
        "the private key is not the one of the leaf");
  }

  @Test
  void refusesAKeyOfAnotherKind() throws Exception {
    byte[] ed25519 =
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded();
    refuses(
        good().setX509SvidKey(ByteString.copyFrom(ed25519)).build(),
        "x509_svid_key: expected an EC or RSA key in PKCS#8");
  }

  @Test
  void refusesGarbageInEachField() {
    ByteString garbage = ByteString.copyFromUtf8("garbage");
    refuses(good().setX509Svid(garbage).build(), "x509_svid: byte 0 of 7 is 0x67: expected");
    refuses(good().setX509SvidKey(garbage).build(), "x509_svid_key: expected an EC or RSA key");
    refuses(good().setBundle(garbage).build(), "bundle: byte 0 of 7 is 0x67: expected");
    refuses(good().clearX509Svid().build(), "x509_svid: 0 bytes: expected DER certificates");
    refuses(good().clearX509SvidKey().build(), "x509_svid_key: expected");
    refuses(good().clearBundle().build(), "bundle: 0 bytes: expected DER certificates");
  }

  @Test
  void refusesCertificatesThatAreCutShort() {
    ByteString chain = der(web.chain());
    refuses(
        good().setX509Svid(chain.substring(0, chain.size() - 1)).build(),
        "x509_svid: expected a DER certificate");
  }

  @Test
  void refusesALeafWithoutItsIntermediate() {
    refuses(good().setX509Svid(der(web.leaf())).build(), "chain ends at issuer");
  }

  @Test
  void refusesAChainOfAnotherAuthority() {
    TestCa other = TestCa.create("west.demo", CLOCK);
    refuses(FakeAgent.svid(other.svid("shop", "web"), west.bundle()), "svids[0] of ", "anchor");
  }

  @Test
  void refusesALeafAsAnAnchor() {
    refuses(good().setBundle(der(web.leaf())).build(), "expected a CA certificate");
  }

  @Test
  void refusesWhatHasExpiredOrIsNotYetValid() {
    for (Duration shift : new Duration[] {Duration.ofDays(2), Duration.ofDays(-2)}) {
      Answer then = new Answer(web.id(), InstantSource.fixed(NOW.plus(shift)));
      assertThatThrownBy(() -> then.svid(message(offered(web))))
          .hasMessageContaining(shift.isNegative() ? "is valid from" : "was valid until");
    }
  }
}

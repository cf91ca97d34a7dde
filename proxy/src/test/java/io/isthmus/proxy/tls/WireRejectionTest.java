package io.isthmus.proxy.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.RejectReason;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.tls.Handshakes.Side;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates that must not be believed, shown by a foreign client in a real handshake. */
class WireRejectionTest {
  private static final TestCa WEST = TestCa.create("west.demo");
  private static final TestCa EAST = TestCa.create("east.demo");
  private static final TestCa SILENCED = TestCa.create("silenced.demo");
  private static final Made ROOT = Made.of(WEST.root());
  private static final Made ISSUER = Made.of(WEST.issuer());
  private static final Instant NOW = Instant.now();
  private static final String WEB = WEST.id("shop", "web").toString();

  private final Handshakes net = new Handshakes();
  private final TlsContexts server =
      new TlsContexts(InstantSource.system(), HandshakeObserver.none());

  WireRejectionTest() {
    server.update(
        new TrustMaterial(
            WEST.svid("isthmus-system", "isthmus-gateway"),
            BundleSet.of(
                WEST.bundle(),
                EAST.bundle(),
                new TrustBundle(
                    SILENCED.trustDomain(), 2, TrustBundle.DEFAULT_REFRESH_HINT, List.of())),
            Set.of(WEST.trustDomain(), EAST.trustDomain(), SILENCED.trustDomain())));
  }

  @AfterEach
  void close() {
    net.close();
    server.close();
  }

  /** What a client shows, and how it must be refused. */
  record Shown(String what, Made leaf, List<X509Certificate> above, RejectReason expected) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Shown shown(String what, CertificateRecipe recipe, RejectReason expected) {
    return new Shown(what, recipe.signedBy(ISSUER), List.of(ISSUER.certificate()), expected);
  }

  private static Shown under(String what, Made issuer, RejectReason expected, Made... above) {
    return new Shown(
        what, leaf().signedBy(issuer), Stream.of(above).map(Made::certificate).toList(), expected);
  }

  private static CertificateRecipe leaf() {
    return CertificateRecipe.leaf(WEST.id("shop", "web"), NOW);
  }

  private static CertificateRecipe authority() {
    return CertificateRecipe.authority("between", NOW);
  }

  static Stream<Shown> names() {
    return Stream.concat(
        Stream.of(
            shown(
                "no name",
                leaf().without(Extension.subjectAlternativeName),
                RejectReason.NO_URI_SAN),
            shown(
                "an ID as a DNS name",
                leaf().names(new GeneralName(GeneralName.dNSName, WEB)),
                RejectReason.NO_URI_SAN),
            shown(
                "two IDs",
                leaf().uris(WEB, "spiffe://west.demo/ns/shop/sa/admin"),
                RejectReason.SEVERAL_URI_SANS),
            shown("the same ID twice", leaf().uris(WEB, WEB), RejectReason.SEVERAL_URI_SANS),
            shown(
                "an ID beside another URI",
                leaf().uris("https://west.demo/", WEB),
                RejectReason.SEVERAL_URI_SANS),
            shown("no path", leaf().uris("spiffe://west.demo"), RejectReason.ID_WITHOUT_PATH),
            shown(
                "a NUL in the ID",
                leaf().uri((WEB + "\0.evil").getBytes(ISO_8859_1)),
                RejectReason.INVALID_SPIFFE_ID),
            shown(
                "a letter beyond ASCII",
                leaf().uri("spiffe://w\u0435st.demo/ns/shop/sa/web".getBytes(UTF_8)),
                RejectReason.INVALID_SPIFFE_ID)),
        Stream.of(
                "https://west.demo/ns/shop/sa/web",
                "spiffe://west.demo/",
                "spiffe://west.demo:443/ns/shop/sa/web",
                "spiffe://web@west.demo/ns/shop/sa/web",
                WEB + "?x=1",
                WEB + "#x",
                "spiffe://west.demo/ns/shop/sa/%77eb",
                "spiffe://west.demo/ns/./sa/web",
                "spiffe://west.demo/ns/shop/sa/x/../web",
                "spiffe://west.demo/ns//sa/web",
                WEB + "/",
                "spiffe://West.demo/ns/shop/sa/web",
                "SPIFFE://west.demo/ns/shop/sa/web",
                "spiffe:///ns/shop/sa/web",
                "spiffe://west.demo/" + "a".repeat(2030))
            .map(uri -> shown(uri, leaf().uris(uri), RejectReason.INVALID_SPIFFE_ID)));
  }

  static Stream<Shown> profiles() {
    return Stream.of(
        shown(
            "a CA",
            leaf().critical(Extension.basicConstraints, new BasicConstraints(true)),
            RejectReason.LEAF_IS_CA),
        shown(
            "a leaf that may sign certificates",
            leaf().keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign),
            RejectReason.KEY_USAGE),
        shown(
            "a leaf that may sign lists",
            leaf().keyUsage(KeyUsage.digitalSignature | KeyUsage.cRLSign),
            RejectReason.KEY_USAGE),
        shown("no key usage", leaf().without(Extension.keyUsage), RejectReason.KEY_USAGE),
        shown(
            "a key usage that is not critical",
            leaf().nowPlain(Extension.keyUsage),
            RejectReason.KEY_USAGE),
        shown(
            "no purpose of a client",
            leaf().purposes(KeyPurposeId.id_kp_serverAuth),
            RejectReason.EXTENDED_KEY_USAGE),
        shown(
            "any purpose",
            leaf().purposes(KeyPurposeId.anyExtendedKeyUsage),
            RejectReason.EXTENDED_KEY_USAGE),
        shown(
            "what has expired",
            leaf().valid(NOW.minusSeconds(7200), NOW.minusSeconds(3600)),
            RejectReason.EXPIRED),
        shown(
            "what is not valid yet",
            leaf().valid(NOW.plusSeconds(3600), NOW.plusSeconds(7200)),
            RejectReason.NOT_YET_VALID));
  }

  static Stream<Shown> chains() {
    Made east = Made.of(EAST.issuer());
    Made web = leaf().signedBy(ISSUER);
    Made noAuthority =
        authority()
            .critical(Extension.basicConstraints, new BasicConstraints(false))
            .signedBy(ROOT);
    Made noSigner = authority().keyUsage(KeyUsage.cRLSign).signedBy(ROOT);
    Made below = authority().signedBy(ISSUER); // the issuer's path length is 0
    Made late = authority().valid(NOW.minusSeconds(7200), NOW.minusSeconds(3600)).signedBy(ROOT);
    Made elsewhere =
        authority().critical(Extension.nameConstraints, only("east.demo")).signedBy(ROOT);
    Made self = authority().selfSigned();
    return Stream.of(
        under("another trust domain's root", east, RejectReason.UNTRUSTED_CHAIN, east),
        under("a leaf as issuer", web, RejectReason.UNTRUSTED_CHAIN, web, ISSUER),
        under("an issuer that is no CA", noAuthority, RejectReason.UNTRUSTED_CHAIN, noAuthority),
        under("an issuer that may not sign", noSigner, RejectReason.UNTRUSTED_CHAIN, noSigner),
        under("a path that is too long", below, RejectReason.UNTRUSTED_CHAIN, below, ISSUER),
        under("an issuer that has expired", late, RejectReason.EXPIRED, late),
        under("a name constraint", elsewhere, RejectReason.UNTRUSTED_CHAIN, elsewhere),
        under("no issuer", ISSUER, RejectReason.UNTRUSTED_CHAIN),
        under("a root that nobody knows", self, RejectReason.UNTRUSTED_CHAIN, self),
        of(
            "a trust domain that nobody knows",
            TestCa.create("north.demo"),
            RejectReason.UNKNOWN_TRUST_DOMAIN),
        of("a trust domain that trusts nobody", SILENCED, RejectReason.EMPTY_BUNDLE));
  }

  private static Shown of(String what, TestCa ca, RejectReason expected) {
    Made issuer = Made.of(ca.issuer());
    return new Shown(
        what,
        CertificateRecipe.leaf(ca.id("shop", "web"), NOW).signedBy(issuer),
        List.of(issuer.certificate()),
        expected);
  }

  private static NameConstraints only(String host) {
    return new NameConstraints(
        new GeneralSubtree[] {
          new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host))
        },
        null);
  }

  private Side show(Made leaf, List<X509Certificate> above) throws Exception {
    X509Certificate[] chain =
        Stream.concat(Stream.of(leaf.certificate()), above.stream())
            .toArray(X509Certificate[]::new);
    SslContext client =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3")
            .endpointIdentificationAlgorithm("")
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .keyManager(leaf.privateKey(), chain)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2))
            .build();
    return net.connect(
        server, channel -> channel.pipeline().addLast(client.newHandler(channel.alloc())));
  }

  @ParameterizedTest
  @MethodSource({"names", "profiles", "chains"})
  void isRefusedWithItsReasonAndTheClientHearsAnAlert(Shown shown) throws Exception {
    Side heard = show(shown.leaf(), shown.above());
    assertThat(heard.awaitFailure())
        .isInstanceOfSatisfying(
            HandshakeFailure.PeerRejected.class,
            rejected -> assertThat(rejected.why()).isEqualTo(shown.expected()));
    assertThat(heard.peer).isNotDone();
    assertThat(net.refusal.get(5, TimeUnit.SECONDS)).hasMessageContaining("fatal alert");
  }

  /** Without this a refusal says nothing. */
  @Test
  void theSameLeafUnspoiledIsTaken() throws Exception {
    Side heard = show(leaf().signedBy(ISSUER), List.of(ISSUER.certificate()));
    assertThat(heard.awaitPeer().id()).isEqualTo(WEST.id("shop", "web"));
  }
}

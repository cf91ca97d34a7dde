package io.isthmus.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.RejectReason;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.tls.Handshakes.Side;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a rejected client hears: BoringSSL's real alerts, at its own end of a real handshake. */
class AlertsTest {
  private static final String FORMAT = "[A-Z0-9_.]*ALERT_";

  private final TestCa west = TestCa.create("west.test");
  private final TestCa north = TestCa.create("north.test");
  private final Svid gateway = west.svid("isthmus-system", "isthmus-gateway");
  private final List<TlsContexts> opened = new ArrayList<>();
  private final Handshakes net = new Handshakes();

  private TlsContexts contexts(Svid svid, BundleSet bundles, Set<TrustDomain> callers) {
    TlsContexts made = new TlsContexts(InstantSource.system(), HandshakeObserver.none());
    made.update(new TrustMaterial(svid, bundles, callers));
    opened.add(made);
    return made;
  }

  private TlsContexts serverFor(TestCa trusted) {
    return contexts(
        gateway, BundleSet.of(west.bundle(), trusted.bundle()), Set.of(trusted.trustDomain()));
  }

  @AfterEach
  void close() {
    net.close();
    opened.forEach(TlsContexts::close);
  }

  private String alertTo(Svid svid, TlsContexts server, RejectReason expected) throws Exception {
    TlsContexts client = contexts(svid, BundleSet.of(west.bundle()), Set.of(west.trustDomain()));
    Side heard =
        net.connect(
            server,
            channel ->
                client.addClient(
                    channel.pipeline(),
                    ExpectedPeer.Exact.of(gateway.id()),
                    Handshakes.TIMEOUT,
                    new Side()));
    assertThat(heard.awaitFailure())
        .isInstanceOfSatisfying(
            HandshakeFailure.PeerRejected.class, r -> assertThat(r.why()).isEqualTo(expected));
    return alert();
  }

  private String alert() throws Exception {
    return String.valueOf(net.refusal.get(5, TimeUnit.SECONDS).getMessage());
  }

  @Test
  void aStrangerHearsUnknownCa() throws Exception {
    assertThat(
            alertTo(north.svid("shop", "web"), serverFor(west), RejectReason.UNKNOWN_TRUST_DOMAIN))
        .containsPattern(FORMAT + "UNKNOWN_CA");
  }

  @Test
  void anImpostorHearsUnknownCa() throws Exception {
    Svid impostor = TestCa.create("west.test").svid("shop", "web");
    assertThat(alertTo(impostor, serverFor(west), RejectReason.UNTRUSTED_CHAIN))
        .containsPattern(FORMAT + "UNKNOWN_CA");
  }

  @Test
  void theLateHearThatTheirCertificateExpired() throws Exception {
    Instant past = Instant.now().minus(Duration.ofDays(3));
    TestCa old = TestCa.create("old.test", () -> past);
    assertThat(alertTo(old.svid("shop", "web"), serverFor(old), RejectReason.EXPIRED))
        .containsPattern(FORMAT + "CERTIFICATE_EXPIRED");
  }

  @Test
  void aLeafOfAnotherProfileIsABadCertificate() throws Exception {
    Made leaf =
        CertificateRecipe.leaf(west.id("shop", "web"), Instant.now())
            .purposes(KeyPurposeId.id_kp_serverAuth)
            .signedBy(Made.of(west.issuer()));
    X509Certificate issuer = Made.of(west.issuer()).certificate();
    assertThat(alertTo(foreign().keyManager(leaf.privateKey(), leaf.certificate(), issuer).build()))
        .contains("bad_certificate");
  }

  @Test
  void anUnexpectedIdentityIsABadCertificate() throws Exception {
    TlsContexts strict =
        contexts(gateway, BundleSet.of(west.bundle(), north.bundle()), Set.of(north.trustDomain()));
    assertThat(alertTo(west.svid("shop", "web"), strict, RejectReason.UNEXPECTED_ID))
        .containsPattern(FORMAT + "BAD_CERTIFICATE");
  }

  @Test
  void aClientWithoutCertificateHearsThatOneIsRequired() throws Exception {
    assertThat(alertTo(foreign().build())).contains("certificate_required");
  }

  private String alertTo(SslContext client) throws Exception {
    net.connect(
            serverFor(west),
            channel -> channel.pipeline().addLast(client.newHandler(channel.alloc())))
        .awaitFailure();
    return alert();
  }

  private static SslContextBuilder foreign() {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3")
        .endpointIdentificationAlgorithm("")
        .trustManager(InsecureTrustManagerFactory.INSTANCE);
  }
}

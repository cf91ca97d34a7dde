package io.isthmus.control.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The profile https_web: host names and the Web's authorities, as any browser would. */
@Timeout(60)
final class WebEndpointIT {
  private static final TestCa PEER = TestCa.create("peer.test");
  private static final TrustBundle SERVED = PEER.root().bundle(3, Duration.ofMinutes(1));

  private final InMemoryApi api = new InMemoryApi();
  private final TestEndpoint endpoint =
      new TestEndpoint(PEER.svid("spire", "server")).serves(SERVED);
  private final BundleFollowing following =
      new BundleFollowing(
          new BundleFollowing.Sources(
              api.store(),
              new BundleClient(Duration.ofSeconds(20)),
              () -> BundleSet.EMPTY,
              Instant::now));
  private final X509Bundle authority;

  WebEndpointIT() throws Exception {
    authority = certificate("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
  }

  private static CertificateBuilder certificate(String subject) {
    Instant now = Instant.now();
    return new CertificateBuilder()
        .ecp256()
        .subject(subject)
        .notBefore(now.minusSeconds(60))
        .notAfter(now.plusSeconds(3600));
  }

  @AfterEach
  void close() {
    endpoint.close();
    api.close();
  }

  private void show(CertificateBuilder leaf) throws Exception {
    X509Bundle made = leaf.addExtendedKeyUsageServerAuth().buildIssuedBy(authority);
    endpoint.show(List.of(made.getCertificatePathWithRoot()), made.getKeyPair().getPrivate());
  }

  private Look look(String url, @Nullable String caBundle) throws InterruptedException {
    return following.look(
        new FederatedDomain(
            InMemoryApi.PEER,
            "uid-1",
            1,
            PEER.trustDomain(),
            TrustDomainSpec.Endpoint.web(url, caBundle),
            Optional.empty()));
  }

  private String caBundle() {
    return Pem.encode(authority.getCertificate());
  }

  private static void assertRefused(Look look, String message) {
    assertThat(look)
        .asInstanceOf(type(Look.Failed.class))
        .satisfies(failed -> {
          assertThat(failed.failure())
              .as(failed.message())
              .isEqualTo(FetchFailure.CERTIFICATE_REFUSED);
          assertThat(failed.message()).contains(message);
        });
  }

  @Test
  void certificateForTheHostByATrustedAuthorityIsBelieved() throws Exception {
    show(certificate("CN=web").addSanDnsName("localhost"));
    assertThat(look(endpoint.url("localhost"), caBundle())).isEqualTo(new Look.Good(SERVED));
    assertThat(api.bundle(PEER.trustDomain())).contains(SERVED);
  }

  @Test
  void certificateForAnotherHostIsRefused() throws Exception {
    show(certificate("CN=web").addSanDnsName("elsewhere.test"));
    assertRefused(look(endpoint.url("localhost"), caBundle()), "localhost");
  }

  @Test
  void certificateForTheAddressIsNeededWhereTheUrlHasOne() throws Exception {
    show(certificate("CN=web").addSanDnsName("localhost"));
    assertRefused(look(endpoint.url(), caBundle()), "127.0.0.1");
    show(certificate("CN=web").addSanIpAddress("127.0.0.1"));
    assertThat(look(endpoint.url(), caBundle())).isEqualTo(new Look.Good(SERVED));
  }

  @Test
  void withoutACaBundleTheSystemsAuthoritiesCountAndThisIsNoneOfThem() throws Exception {
    show(certificate("CN=web").addSanDnsName("localhost"));
    assertRefused(look(endpoint.url("localhost"), null), "unable to find valid certification path");
  }

  @Test
  void identityOfSpiffeIsNoHostName() throws Exception {
    assertRefused(
        look(endpoint.url("localhost"), Pem.encode(PEER.root().certificate())), "localhost");
  }
}

package io.isthmus.control.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.api.trust.TrustDomainSpec.Endpoint;
import io.isthmus.certs.SpiffeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server holds to the same rules; this is what holds if it did not. */
final class BundleEndpointTest {
  private static final String ID = "spiffe://peer.test/spire/server";

  private static void assertInvalid(Endpoint spec, String message) {
    assertThatThrownBy(() -> BundleEndpoint.of(spec))
        .isInstanceOfSatisfying(
            FetchFailedException.class,
            e -> assertThat(e.failure()).isEqualTo(FetchFailure.INVALID_ENDPOINT))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://peer.test",
        "https://peer.test:8443/",
        "https://192.0.2.1:8443/bundle.json",
        "https://[2001:db8::1]:8443/"
      })
  void hostPortAndPathAreTaken(String url) throws Exception {
    assertThat(BundleEndpoint.of(Endpoint.spiffe(url, ID, null)).profile())
        .isEqualTo(new BundleEndpoint.Profile.Spiffe(SpiffeId.parse(ID)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://peer.test",
        "https:///bundle",
        "https://user@peer.test",
        "https://peer.test/?a",
        "https://peer.test/#a",
        "https://peer.test:0/",
        "https://peer.test:65536/",
        "https://peer test/",
        "file:///etc/passwd"
      })
  void otherUrlsAreRefused(String url) {
    assertInvalid(Endpoint.web(url, null), "url");
  }

  @Test
  void identityIsAWorkloads() {
    assertInvalid(Endpoint.spiffe("https://peer.test", "spiffe://peer.test", null), "no path");
    assertInvalid(Endpoint.spiffe("https://peer.test", "peer.test/server", null), "spiffeId");
  }

  @Test
  void authoritiesArePem() {
    assertInvalid(Endpoint.web("https://peer.test", "none"), "caBundle");
  }

  @Test
  void profileIsOneOfTwo() {
    assertInvalid(new Endpoint("https://peer.test", "http", null, null, null), "profile 'http'");
  }
}

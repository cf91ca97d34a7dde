package io.isthmus.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {
  static final TrustDomain WEST = TrustDomain.of("west.demo");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://west.demo",
        "spiffe://west.demo/ns/shop/sa/web",
        "spiffe://we_st.demo/A/b/0-_.",
        "spiffe://10.0.0.1/x",
        "spiffe://x/.../..a/a..",
        "spiffe://-/-",
      })
  void parsesAndPrintsTheSameText(String text) {
    SpiffeId id = SpiffeId.parse(text);
    assertThat(id).hasToString(text).isEqualTo(SpiffeId.parse(id.toString()));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          ``                                | spiffe://<trust domain>/<path>
          west.demo/ns                      | spiffe://<trust domain>/<path>
          http://west.demo/ns               | spiffe://<trust domain>/<path>
          Spiffe://west.demo/ns             | spiffe://<trust domain>/<path>
          spiffe:/west.demo/ns              | spiffe://<trust domain>/<path>
          spiffe://                         | a trust domain of 1 to 255 characters
          spiffe:///ns                      | a trust domain of 1 to 255 characters
          spiffe://West/ns                  | a trust domain of lower-case letters
          spiffe://west:80/ns               | a trust domain of lower-case letters
          spiffe://a@west/ns                | a trust domain of lower-case letters
          spiffe://w%65st/ns                | a trust domain of lower-case letters
          spiffe://west?x                   | a trust domain of lower-case letters
          spiffe://west#x                   | a trust domain of lower-case letters
          spiffe://[::1]/x                  | a trust domain of lower-case letters
          spiffe://west/                    | no empty path segment
          spiffe://west//a                  | no empty path segment
          spiffe://west/a//b                | no empty path segment
          spiffe://west/a/                  | no empty path segment
          spiffe://west/.                   | no path segment '.' or '..'
          spiffe://west/a/../b              | no path segment '.' or '..'
          spiffe://west/a/..                | no path segment '.' or '..'
          spiffe://west/a?b                 | path segments of letters
          spiffe://west/a#b                 | path segments of letters
          spiffe://west/%61                 | path segments of letters
          spiffe://west/a b                 | path segments of letters
          spiffe://west/a:b                 | path segments of letters
          spiffe://west/a\\b                | path segments of letters
          spiffe://west/é                   | path segments of letters
          spiffe://west/ａ                  | path segments of letters
          """,
      delimiter = '|')
  void refusesWithTheTextAndWhatWasExpected(String text, String expected) {
    assertThatExceptionOfType(InvalidSpiffeIdException.class)
        .isThrownBy(() -> SpiffeId.parse(text))
        .withMessageContaining(expected);
  }

  @Test
  void refusesANulAndQuotesIt() {
    assertThatExceptionOfType(InvalidSpiffeIdException.class)
        .isThrownBy(() -> SpiffeId.parse("spiffe://west/a\0\n\"b"))
        .withMessageStartingWith("\"spiffe://west/a\\u0000\\u000a\\u0022b\" is no SPIFFE ID");
  }

  @Test
  void takes2048BytesAndNoMore() {
    String start = "spiffe://west.demo/";
    String longest = start + "a".repeat(SpiffeId.MAX_LENGTH - start.length());
    assertThat(SpiffeId.parse(longest)).hasToString(longest);
    assertThatExceptionOfType(InvalidSpiffeIdException.class)
        .isThrownBy(() -> SpiffeId.parse(longest + "a"))
        .withMessageContaining("(2049 characters)")
        .withMessageContaining("at most 2048 bytes");
    assertThatExceptionOfType(InvalidSpiffeIdException.class)
        .isThrownBy(() -> new SpiffeId(WEST, "/" + "a".repeat(SpiffeId.MAX_LENGTH)));
  }

  @Test
  void takesATrustDomainOf255BytesAndNoMore() {
    assertThat(TrustDomain.of("a".repeat(255)).name()).hasSize(255);
    assertThatExceptionOfType(InvalidSpiffeIdException.class)
        .isThrownBy(() -> TrustDomain.of("a".repeat(256)));
    assertThatExceptionOfType(InvalidSpiffeIdException.class)
        .isThrownBy(() -> SpiffeId.parse("spiffe://" + "a".repeat(256) + "/x"));
  }

  @Test
  void aPathStartsWithASlash() {
    assertThatExceptionOfType(InvalidSpiffeIdException.class)
        .isThrownBy(() -> new SpiffeId(WEST, "x"))
        .withMessageContaining("a path that starts with '/'");
  }

  @Test
  void aWorkloadIsANamespaceAndAServiceAccount() {
    SpiffeId id = SpiffeId.workload(WEST, "shop", "web");
    assertThat(id).hasToString("spiffe://west.demo/ns/shop/sa/web");
    assertThat(id.workload()).contains(new SpiffeId.Workload("shop", "web"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/ns/shop",
        "/ns/shop/sa",
        "/ns/shop/sa/web/x",
        "/NS/shop/sa/web",
        "/ns/shop/SA/web",
        "/x/ns/shop/sa/web"
      })
  void otherPathsAreNoWorkload(String path) {
    assertThat(new SpiffeId(WEST, path).workload()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"shop/sa/x,web", "shop,web/x", "'',web", "shop,''", "..,web", "shop,.."})
  void aNamespaceOrServiceAccountCannotSmuggleASegment(String namespace, String serviceAccount) {
    assertThatExceptionOfType(InvalidSpiffeIdException.class)
        .isThrownBy(() -> SpiffeId.workload(WEST, namespace, serviceAccount));
  }

  @Test
  void idsOfDifferentCaseAreDifferent() {
    assertThat(SpiffeId.parse("spiffe://west.demo/A"))
        .isNotEqualTo(SpiffeId.parse("spiffe://west.demo/a"));
  }
}

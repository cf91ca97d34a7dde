package io.isthmus.certs;

import static io.isthmus.certs.Verification.WEST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.isthmus.certs.testing.TestCa;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleSetTest {
  static final TrustBundle EAST = TestCa.create("east.demo", Verification.CLOCK).bundle();

  static BundleSet parse(String document) throws BundleFormatException {
    return BundleSet.parseJson(document.getBytes(UTF_8));
  }

  @Test
  void bundlesAreKeptUnderTheirOwnTrustDomain() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BundleSet(Map.of(TrustDomain.of("east.demo"), WEST.bundle())))
        .withMessageContaining("bundle of west.demo filed under east.demo");
  }

  @Test
  void changesMakeAnotherSet() {
    BundleSet west = BundleSet.of(WEST.bundle());
    BundleSet both = west.with(EAST);
    assertThat(both.trustDomains()).containsExactly(EAST.trustDomain(), WEST.trustDomain());
    assertThat(both.without(EAST.trustDomain())).isEqualTo(west);
    assertThat(west.find(EAST.trustDomain())).isEmpty();
    assertThat(west.with(Verification.bundle()).find(WEST.trustDomain()))
        .contains(Verification.bundle());
  }

  @Test
  void jsonIsReadBack() throws Exception {
    BundleSet both = BundleSet.of(WEST.bundle(), EAST);
    assertThat(BundleSet.parseJson(both.toJson())).isEqualTo(both);
    assertThat(BundleSet.parseJson(BundleSet.EMPTY.toJson())).isEqualTo(BundleSet.EMPTY);
  }

  @Test
  void unknownMembersAreSkipped() throws Exception {
    assertThat(parse("{\"x\":[{}],\"trust_domains\":{\"a\":{\"y\":{},\"keys\":[]}},\"z\":1}"))
        .isEqualTo(
            BundleSet.of(
                new TrustBundle(
                    TrustDomain.of("a"), 0, TrustBundle.DEFAULT_REFRESH_HINT, List.of())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                  | has no "trust_domains"
          []                                                  | the document is START_ARRAY
          {"trust_domains":[]}                                | trust_domains is START_ARRAY
          {"trust_domains":{"a":[]}}                          | bundle of a: the document is START_ARRAY
          {"trust_domains":{"a":{}}}                          | bundle of a: has no "keys"
          {"trust_domains":{"a":{"keys":[]},"b":{}}}          | bundle of b: has no "keys"
          {"trust_domains":{"A":{"keys":[]}}}                 | "A" is no SPIFFE ID
          {"trust_domains":{"":{"keys":[]}}}                  | "" is no SPIFFE ID
          {"trust_domains":{"a":{"keys":[]},"a":{"keys":[]}}} | is not valid JSON: Duplicate
          {"trust_domains":{},"trust_domains":{}}             | is not valid JSON: Duplicate
          {"trust_domains":{}}}                               | is not valid JSON
          {"trust_domains":{}}{}                              | goes on after its end
          {"trust_domains":{                                  | is not valid JSON
          """)
  void aDocumentWithAnythingWrongIsRefused(String document, String expected) {
    assertThatExceptionOfType(BundleFormatException.class)
        .isThrownBy(() -> parse(document))
        .withMessageContaining(expected);
  }
}

package io.isthmus.certs;

import static io.isthmus.certs.Verification.ISSUER;
import static io.isthmus.certs.Verification.NOW;
import static io.isthmus.certs.Verification.ROOT;
import static io.isthmus.certs.Verification.WEB;
import static io.isthmus.certs.Verification.WEST;
import static io.isthmus.certs.Verification.authority;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading a SPIFFE bundle document: what it says, and what is no bundle at all. */
class BundleDocumentTest {
  static final String X5C = x5c(ROOT);
  static final String ENTRY = "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[\"" + X5C + "\"]}";

  static String x5c(Made made) {
    return Base64.getEncoder().encodeToString(Fingerprint.der(made.certificate()));
  }

  static TrustBundle parse(String document) throws BundleFormatException {
    return TrustBundle.parseJwks(WEST.trustDomain(), document.getBytes(UTF_8));
  }

  static String keys(String... entries) {
    return "{\"keys\":[" + String.join(",", entries) + "],\"spiffe_sequence\":7}";
  }

  static void refused(String document, String expected) {
    assertThatExceptionOfType(BundleFormatException.class)
        .isThrownBy(() -> parse(document))
        .withMessageContaining("bundle of west.demo")
        .withMessageContaining(expected);
  }

  @Test
  void readsAnchorsSequenceAndRefreshHint() throws Exception {
    TrustBundle bundle =
        parse(
            "{\"spiffe_refresh_hint\":60,\"keys\":[%s],\"spiffe_sequence\":7,\"extra\":{\"a\":[1]}}"
                .formatted(ENTRY));
    assertThat(bundle)
        .isEqualTo(
            new TrustBundle(
                WEST.trustDomain(), 7, Duration.ofSeconds(60), List.of(ROOT.certificate())));
  }

  @Test
  void aDocumentWithoutSequenceAndHintHasTheDefaults() throws Exception {
    TrustBundle bundle = parse("{\"keys\":[]}");
    assertThat(bundle.sequence()).isZero();
    assertThat(bundle.refreshHint()).isEqualTo(TrustBundle.DEFAULT_REFRESH_HINT);
  }

  @Test
  void noUsableKeysMeansToTrustNobody() throws Exception {
    assertThat(parse(keys()).anchors()).isEmpty();
    assertThat(parse(keys("{\"use\":\"jwt-svid\",\"kty\":\"EC\",\"kid\":\"x\"}")).anchors())
        .isEmpty();
  }

  @Test
  void refusesARevocationThatIsNoFingerprint() {
    refused("{\"keys\":[],\"isthmus_revoked\":[\"AB\"]}", "revoked authority \"AB\"");
    refused("{\"keys\":[],\"isthmus_revoked\":[1]}", "isthmus_revoked[0] is VALUE_NUMBER_INT");
    refused("{\"keys\":[],\"isthmus_revoked\":{}}", "isthmus_revoked is START_OBJECT");
  }

  @Test
  void skipsAnUnknownUse() throws Exception {
    assertThat(
            parse(
                    keys("{\"use\":\"x509-next\",\"kty\":\"EC\",\"kid\":\"1\",\"x5c\":[1]}", ENTRY)
                        .replace("[1]", "[\"not base64\"]"))
                .anchors())
        .containsExactly(ROOT.certificate());
  }

  @Test
  void skipsAnEntryWithoutUse() throws Exception {
    assertThat(parse(keys("{\"kty\":\"EC\",\"x5c\":[\"" + X5C + "\"]}")).anchors()).isEmpty();
  }

  @Test
  void skipsAnUnknownKeyType() throws Exception {
    assertThat(parse(keys(ENTRY.replace("EC", "OKP"), ENTRY)).anchors())
        .containsExactly(ROOT.certificate());
  }

  @Test
  void takesOnlyTheFirstOfTwoCertificatesInX5c() throws Exception {
    String two = ENTRY.replace(X5C, X5C + "\",\"" + x5c(authority("other").selfSigned()));
    assertThat(parse(keys(two)).anchors()).containsExactly(ROOT.certificate());
  }

  @Test
  void refusesDuplicateJsonKeys() {
    refused("{\"keys\":[" + ENTRY + "],\"keys\":[]}", "not valid JSON");
    refused("{\"keys\":[],\"spiffe_sequence\":1,\"spiffe_sequence\":2}", "not valid JSON");
    refused(keys(ENTRY.replace("{\"use\"", "{\"use\":\"x\",\"use\"")), "not valid JSON");
    refused("{\"keys\":[],\"x\":{\"a\":1,\"a\":2}}", "not valid JSON");
    refused("{\"keys\":[],\"\\u006beys\":[]}", "not valid JSON");
  }

  @Test
  void refusesUrlSafeBase64() {
    Made dashed;
    do {
      dashed = authority("x").selfSigned();
    } while (x5c(dashed).indexOf('+') < 0 && x5c(dashed).indexOf('/') < 0);
    String urlSafe = Base64.getUrlEncoder().encodeToString(Fingerprint.der(dashed.certificate()));
    refused(keys(ENTRY.replace(X5C, urlSafe)), "keys[0].x5c[0] is not base64");
  }

  @Test
  void refusesAKidOnAnX509Entry() {
    refused(keys(ENTRY.replace("{", "{\"kid\":\"1\",")), "keys[0] has a \"kid\"");
  }

  @Test
  void refusesACertificateThatIsNoCa() {
    Made leaf = CertificateRecipe.leaf(WEB, NOW).signedBy(ISSUER);
    refused(keys(ENTRY, ENTRY.replace(X5C, x5c(leaf))), "keys[1].x5c[0] is \"CN=leaf\"");
  }

  @Test
  void refusesAnX509EntryWithoutCertificate() {
    refused(keys("{\"use\":\"x509-svid\",\"kty\":\"EC\"}"), "keys[0] has no certificate");
    refused(keys("{\"use\":\"x509-svid\",\"kty\":\"EC\",\"x5c\":[]}"), "has no certificate");
  }

  @Test
  void refusesWhatIsNoCertificate() {
    refused(keys(ENTRY.replace(X5C, "AAAA")), "keys[0].x5c[0]: expected a DER certificate");
    refused(keys(ENTRY.replace(X5C, "")), "keys[0].x5c[0]: expected a DER certificate");
    byte[] der = Fingerprint.der(ROOT.certificate());
    byte[] longer = Arrays.copyOf(der, der.length + 3);
    refused(
        keys(ENTRY.replace(X5C, Base64.getEncoder().encodeToString(longer))),
        "certificate followed by 3 bytes");
  }

  @Test
  void refusesAnOversizeDocument() {
    String padding = " ".repeat(BundleJson.MAX_BYTES);
    refused(keys(ENTRY) + padding, "expected at most 1048576");
  }

  @Test
  void refusesMoreAnchorsThanItWillTry() {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i <= TrustBundle.MAX_ANCHORS; i++) {
      entries.add(ENTRY.replace(X5C, x5c(authority("root " + i).selfSigned())));
    }
    refused(keys(entries.toArray(String[]::new)), "65 anchors of west.demo: expected at most 64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "4611686018427387905",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "1e3",
        "1.0",
        "\"7\"",
        "null",
        "true",
        "[7]"
      })
  void refusesASequenceOutOfBounds(String sequence) {
    refused("{\"keys\":[],\"spiffe_sequence\":" + sequence + "}", "spiffe_sequence is ");
  }

  @Test
  void takesTheHighestSequence() throws Exception {
    assertThat(parse("{\"keys\":[],\"spiffe_sequence\":4611686018427387904}").sequence())
        .isEqualTo(TrustBundle.MAX_SEQUENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "\"60\"", "1.5", "99999999999"})
  void refusesARefreshHintOutOfBounds(String hint) {
    refused("{\"keys\":[],\"spiffe_refresh_hint\":" + hint + "}", "spiffe_refresh_hint is ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "7",
        "{",
        "{}",
        "{\"keys\":null}",
        "{\"keys\":{}}",
        "{\"keys\":[null]}",
        "{\"keys\":[[]]}",
        "{\"keys\":[\"x\"]}",
        "{\"keys\":[]",
        "{\"keys\":[]}}",
        "{\"keys\":[]}{}",
        "{\"keys\":[],}",
        "{\"keys\":[]} x",
        "{'keys':[]}",
        "{\"keys\":[{\"use\":7}]}",
        "{\"keys\":[{\"use\":null}]}",
        "{\"keys\":[{\"kty\":[]}]}",
        "{\"keys\":[{\"x5c\":\"x\"}]}",
        "{\"keys\":[{\"x5c\":[7]}]}",
        "{\"keys\":[{\"x5c\":[[]]}]}",
        "<html>404</html>",
      })
  void refusesWhatIsNoBundleDocument(String document) {
    refused(document, "");
  }

  @Test
  void refusesDeepNesting() {
    refused("{\"keys\":[],\"x\":" + "[".repeat(100) + "]".repeat(100) + "}", "not valid JSON");
  }
}

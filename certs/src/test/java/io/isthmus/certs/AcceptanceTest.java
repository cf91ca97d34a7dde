package io.isthmus.certs;

import static io.isthmus.certs.Verification.ISSUER;
import static io.isthmus.certs.Verification.NOW;
import static io.isthmus.certs.Verification.ROOT;
import static io.isthmus.certs.Verification.WEB;
import static io.isthmus.certs.Verification.WEST;
import static io.isthmus.certs.Verification.accepted;
import static io.isthmus.certs.Verification.authority;
import static io.isthmus.certs.Verification.bundle;
import static io.isthmus.certs.Verification.leaf;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a strict verifier must still believe. */
class AcceptanceTest {
  @Test
  void acceptsAnEmptySubjectWithACriticalName() throws Exception {
    CertificateRecipe recipe = leaf().subject("").nowCritical(Extension.subjectAlternativeName);
    assertThat(accepted(recipe).id()).isEqualTo(WEB);
  }

  @Test
  void acceptsExtraDnsNames() throws Exception {
    CertificateRecipe recipe =
        leaf()
            .names(
                new GeneralName(GeneralName.dNSName, "web.shop.svc"),
                new GeneralName(GeneralName.uniformResourceIdentifier, WEB.toString()),
                new GeneralName(GeneralName.dNSName, "spiffe.example"));
    assertThat(accepted(recipe).id()).isEqualTo(WEB);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"we_st.demo", "_", "10.1.2.3", "1", "a..b", "-a-", "xn--bcher-kva.example"})
  void acceptsTrustDomainsThatAreNoHostNames(String name) throws Exception {
    TrustDomain domain = TrustDomain.of(name);
    SpiffeId id = SpiffeId.workload(domain, "shop", "web");
    Made root = authority("root").uris(domain.id().toString()).selfSigned();
    Made web = CertificateRecipe.leaf(id, NOW).signedBy(root);
    assertThat(accepted(BundleSet.of(bundle(domain, root)), web.chain()).id()).isEqualTo(id);
  }

  @Test
  void acceptsARootWithoutUriName() throws Exception {
    Made root = authority("root").selfSigned();
    assertThat(accepted(BundleSet.of(bundle(root)), leaf().signedBy(root).chain()).anchor())
        .isEqualTo(root.certificate());
  }

  @Test
  void triesBothAnchorsOfOneSubject() throws Exception {
    Made before = authority("root").selfSigned();
    Made after = authority("root").selfSigned();
    for (TrustBundle both : List.of(bundle(before, after), bundle(after, before))) {
      for (Made root : List.of(before, after)) {
        Made issuer = authority("issuer").signedBy(root);
        assertThat(accepted(BundleSet.of(both), leaf().signedBy(issuer).chain(issuer)).anchor())
            .isEqualTo(root.certificate());
      }
    }
  }

  @Test
  void acceptsALeafWithoutExtendedKeyUsage() throws Exception {
    assertThat(accepted(leaf().without(Extension.extendedKeyUsage)).id()).isEqualTo(WEB);
  }

  @Test
  void acceptsALeafWithoutBasicConstraints() throws Exception {
    assertThat(accepted(leaf().without(Extension.basicConstraints)).id()).isEqualTo(WEB);
  }

  @Test
  void acceptsAnIdOf2048Bytes() throws Exception {
    String start = "spiffe://west.demo/";
    String id = start + "a".repeat(2048 - start.length());
    assertThat(accepted(leaf().uris(id)).id()).hasToString(id);
  }

  @Test
  void acceptsThePathInBothCases() throws Exception {
    String id = "spiffe://west.demo/ns/Shop/sa/Web_1.x-2/...";
    assertThat(accepted(leaf().uris(id)).id()).hasToString(id);
  }

  @Test
  void acceptsAChainThatEndsWithTheRootItself() throws Exception {
    VerifiedPeer peer =
        accepted(BundleSet.of(WEST.bundle()), leaf().signedBy(ISSUER).chain(ISSUER, ROOT));
    assertThat(peer.anchor()).isEqualTo(ROOT.certificate());
  }

  @Test
  void acceptsTheLongestChainAllowed() throws Exception {
    Made root = authority("root").selfSigned();
    List<Made> issuers = new ArrayList<>();
    Made last = root;
    for (int i = 1; i < PeerVerifier.MAX_CHAIN_LENGTH; i++) {
      last = authority("issuer " + i).signedBy(last);
      issuers.addFirst(last);
    }
    Made web = leaf().signedBy(last);
    assertThat(accepted(BundleSet.of(bundle(root)), web.chain(issuers.toArray(Made[]::new))).id())
        .isEqualTo(WEB);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp384r1", "secp521r1"})
  void acceptsTheLargerCurves(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    Made root = authority("root").key(generator.generateKeyPair()).selfSigned();
    Made web = leaf().key(generator.generateKeyPair()).signedBy(root);
    assertThat(accepted(BundleSet.of(bundle(root)), web.chain()).id()).isEqualTo(WEB);
  }

  @Test
  void acceptsRsaOf2048Bits() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    Made root = authority("root").key(keys).selfSigned();
    assertThat(accepted(BundleSet.of(bundle(root)), leaf().key(keys).signedBy(root).chain()).id())
        .isEqualTo(WEB);
  }

  @Test
  void acceptsFromTheFirstToTheLastSecond() throws Exception {
    assertThat(accepted(leaf().valid(NOW, NOW.plusSeconds(60))).notAfter())
        .isEqualTo(NOW.plusSeconds(60));
    assertThat(accepted(leaf().valid(NOW.minusSeconds(60), NOW)).notAfter()).isEqualTo(NOW);
  }

  @Test
  void acceptsAnIdUnderAPermittedName() throws Exception {
    Made root =
        authority("root")
            .critical(Extension.nameConstraints, ChainRejectionTest.only("west.demo"))
            .selfSigned();
    assertThat(accepted(BundleSet.of(bundle(root)), leaf().signedBy(root).chain()).id())
        .isEqualTo(WEB);
  }
}

package io.isthmus.certs.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.testing.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of certificate that is issued, as openssl reads and verifies it. */
final class CertificateProfilesIT {
  private static final TrustDomain EAST = TrustDomain.of("east.test");
  private static final SpiffeId WEB = SpiffeId.workload(EAST, "shop", "web");
  private static final SpiffeId CONTROL =
      SpiffeId.workload(EAST, "isthmus-system", "isthmus-control");
  private static final InstantSource CLOCK = InstantSource.system();
  private static final Duration DAY = Duration.ofDays(1);
  private static final String AUTHORITIES =
      """
      [req]
      distinguished_name=dn
      x509_extensions=root
      [dn]
      [root]
      basicConstraints=critical,CA:TRUE
      keyUsage=critical,keyCertSign,cRLSign
      subjectKeyIdentifier=hash
      [between]
      basicConstraints=critical,CA:TRUE,pathlen:1
      keyUsage=critical,keyCertSign,cRLSign
      subjectKeyIdentifier=hash
      authorityKeyIdentifier=keyid
      [issuer]
      basicConstraints=critical,CA:TRUE,pathlen:0
      keyUsage=critical,keyCertSign,cRLSign
      subjectKeyIdentifier=hash
      authorityKeyIdentifier=keyid
      subjectAltName=URI:spiffe://east.test
      """;

  @TempDir private Path dir;
  private OpenSsl openssl;

  @BeforeEach
  void find() {
    openssl = OpenSsl.orSkip(dir);
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(dir.resolve(file), text);
  }

  /** Names of the extensions, critical ones so marked, in the certificate's order. */
  private List<String> extensions(String file) throws IOException {
    return Pattern.compile("(?m)^ +X509v3 ([A-Za-z ]+): *(critical)?")
        .matcher(openssl.run("x509", "-in", file, "-noout", "-text"))
        .results()
        .filter(found -> !found.group(1).equals("extensions"))
        .map(found -> found.group(1) + (found.group(2) == null ? "" : " critical"))
        .toList();
  }

  private String value(String file, String extension) throws IOException {
    String text = openssl.run("x509", "-in", file, "-noout", "-ext", extension);
    return text.lines().skip(1).map(String::strip).reduce("", String::concat);
  }

  private void assertVerified(String roots, String between, String leaf) throws IOException {
    for (String purpose : List.of("sslclient", "sslserver")) {
      assertThat(
              openssl.run(
                  "verify",
                  "-x509_strict",
                  "-purpose",
                  purpose,
                  "-CAfile",
                  roots,
                  "-untrusted",
                  between,
                  leaf))
          .isEqualTo(leaf + ": OK\n");
    }
  }

  private void assertLeaf(String file, SpiffeId id) throws IOException {
    assertThat(extensions(file))
        .containsExactlyInAnyOrder(
            "Subject Key Identifier",
            "Authority Key Identifier",
            "Basic Constraints critical",
            "Key Usage critical",
            "Extended Key Usage",
            "Subject Alternative Name critical");
    assertThat(value(file, "basicConstraints")).isEqualTo("CA:FALSE");
    assertThat(value(file, "keyUsage")).isEqualTo("Digital Signature");
    assertThat(value(file, "extendedKeyUsage"))
        .isEqualTo("TLS Web Server Authentication, TLS Web Client Authentication");
    assertThat(value(file, "subjectAltName")).isEqualTo("URI:" + id);
    assertThat(value(file, "authorityKeyIdentifier")).isNotEmpty();
  }

  @Test
  void managedRootIssuerAndLeavesOfWorkloadsAndOfTheServer() throws IOException {
    RootAuthority root = RootAuthority.create(EAST, Duration.ofDays(3_650), CLOCK);
    Issuer issuer = Issuer.create(root, Duration.ofDays(365), CLOCK);
    write("root.pem", root.certificatePem());
    write("issuer.pem", issuer.chainPem());
    assertThat(extensions("root.pem"))
        .containsExactlyInAnyOrder(
            "Subject Key Identifier",
            "Basic Constraints critical",
            "Key Usage critical",
            "Subject Alternative Name");
    assertThat(value("root.pem", "basicConstraints")).isEqualTo("CA:TRUE, pathlen:1");
    assertThat(value("root.pem", "keyUsage")).isEqualTo("Certificate Sign, CRL Sign");
    assertThat(value("root.pem", "subjectAltName")).isEqualTo("URI:spiffe://east.test");
    assertThat(openssl.run("verify", "-x509_strict", "-CAfile", "root.pem", "root.pem"))
        .isEqualTo("root.pem: OK\n");
    assertThat(extensions("issuer.pem"))
        .containsExactlyInAnyOrder(
            "Subject Key Identifier",
            "Authority Key Identifier",
            "Basic Constraints critical",
            "Key Usage critical",
            "Subject Alternative Name");
    assertThat(value("issuer.pem", "basicConstraints")).isEqualTo("CA:TRUE, pathlen:0");
    assertThat(value("issuer.pem", "keyUsage")).isEqualTo("Certificate Sign, CRL Sign");
    assertThat(openssl.run("verify", "-x509_strict", "-CAfile", "root.pem", "issuer.pem"))
        .isEqualTo("issuer.pem: OK\n");
    for (SpiffeId id : List.of(WEB, CONTROL)) {
      write("leaf.pem", Pem.encode(issuer.issueSvid(id, DAY).leaf()));
      assertLeaf("leaf.pem", id);
      assertVerified("root.pem", "issuer.pem", "leaf.pem");
    }
  }

  @Test
  void operatorsChainThatOpensslSigned() throws IOException {
    write("authorities.cnf", AUTHORITIES);
    key("root.key");
    openssl.run(
        "req",
        "-x509",
        "-new",
        "-config",
        "authorities.cnf",
        "-key",
        "root.key",
        "-subj",
        "/CN=offline root",
        "-days",
        "3650",
        "-out",
        "root.pem");
    sign("between", "root");
    sign("issuer", "between");
    String chain = read("issuer.pem") + read("between.pem");
    OfferedIssuer offered =
        OfferedIssuer.of(
            new OfferedIssuer.Offer(chain, read("issuer.key"), read("root.pem")), EAST, DAY, CLOCK);
    Svid svid = offered.issuer().issueSvid(WEB, DAY);
    assertThat(svid.chain()).hasSize(3);
    write("leaf.pem", Pem.encode(svid.leaf()));
    write("chain.pem", chain);
    assertLeaf("leaf.pem", WEB);
    assertVerified("root.pem", "chain.pem", "leaf.pem");
  }

  private void sign(String name, String authority) throws IOException {
    key(name + ".key");
    openssl.run(
        "req",
        "-new",
        "-config",
        "authorities.cnf",
        "-key",
        name + ".key",
        "-subj",
        "/CN=" + name,
        "-out",
        name + ".csr");
    openssl.run(
        "x509",
        "-req",
        "-in",
        name + ".csr",
        "-CA",
        authority + ".pem",
        "-CAkey",
        authority + ".key",
        "-CAcreateserial",
        "-days",
        "365",
        "-extfile",
        "authorities.cnf",
        "-extensions",
        name,
        "-out",
        name + ".pem");
  }

  private void key(String file) throws IOException {
    openssl.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", file);
  }

  private String read(String file) throws IOException {
    return Files.readString(dir.resolve(file));
  }
}

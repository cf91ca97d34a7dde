package io.isthmus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.ConnectionsByAnchor;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.cli.link.TwoServers;
import io.isthmus.cli.trust.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus trust bundle}. */
class TrustBundleIT {
  private static final RootAuthority ONE = root("north.example");
  private static final RootAuthority TWO = root("north.example");

  @TempDir Path directory;
  private TwoServers servers;
  private Typed typed;

  @SuppressWarnings("NullAway.Init")
  TrustBundleIT() {}

  @BeforeEach
  void start() throws IOException {
    servers = new TwoServers(directory);
    typed =
        new Typed(
            "--kubeconfig",
            servers.kubeconfig().toString(),
            "--context",
            "west-context",
            "trust",
            "bundle");
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  private static RootAuthority root(String trustDomain) {
    return RootAuthority.create(
        io.isthmus.certs.TrustDomain.of(trustDomain), Duration.ofDays(10), InstantSource.system());
  }

  private static TrustBundle bundle(long sequence, RootAuthority... roots) {
    List<X509Certificate> anchors = new ArrayList<>();
    for (RootAuthority root : roots) {
      anchors.add(root.certificate());
    }
    return new TrustBundle(roots[0].trustDomain(), sequence, Duration.ofMinutes(5), anchors);
  }

  private String file(TrustBundle bundle) throws IOException {
    return file(new String(bundle.toJwks(), UTF_8));
  }

  private String file(String content) throws IOException {
    return Files.writeString(directory.resolve("bundle.json"), content).toString();
  }

  private int take(String file, String... more) throws IOException {
    List<String> line = new ArrayList<>(List.of("import", file, "--trust-domain", "north.example"));
    line.addAll(List.of(more));
    return typed.run(line.toArray(String[]::new));
  }

  private void assertRefused(int code, int expected, String... texts) {
    assertThat(code).as(typed.out() + typed.err()).isEqualTo(expected);
    assertThat(typed.err()).contains(texts).contains("why: ", "try: ");
  }

  private List<TrustDomain> northern() {
    return servers.west().resources(TrustDomain.class).list().getItems().stream()
        .filter(domain -> domain.getSpec().trustDomain().equals("north.example"))
        .toList();
  }

  @Test
  void importedBundleIsExportedAsItWas() throws IOException {
    String file = file(bundle(4, ONE));
    assertThat(take(file, "--yes")).as(typed.err()).isEqualTo(ExitCode.YES);
    assertThat(typed.out())
        .contains("Making TrustDomain north.example", "+ " + Fingerprint.of(ONE.certificate()));
    assertThat(northern()).hasSize(1);

    assertThat(typed.run("export", "--trust-domain", "north.example")).isEqualTo(ExitCode.YES);
    assertThat(typed.out().strip()).isEqualTo(Files.readString(Path.of(file)));
    assertThat(typed.run("export", "--trust-domain", "north.example", "-o", "pem"))
        .isEqualTo(ExitCode.YES);
    assertThat(typed.out()).isEqualTo(ONE.certificatePem());
  }

  @Test
  void repeatingChangesNothingAndNewerOnesShowTheDifference() throws IOException {
    take(file(bundle(4, ONE)), "--yes");
    assertThat(take(file(bundle(4, ONE)))).isEqualTo(ExitCode.YES);
    assertThat(typed.out()).contains("has this bundle already");

    assertRefused(take(file(bundle(5, TWO))), ExitCode.USAGE, "add --yes");
    assertThat(typed.out())
        .contains(
            "sequence 5 after 4",
            "+ " + Fingerprint.of(TWO.certificate()),
            "- " + Fingerprint.of(ONE.certificate()));
    assertThat(take(file(bundle(5, TWO)), "--yes")).as(typed.err()).isEqualTo(ExitCode.YES);
    typed.run("export", "--trust-domain", "north.example", "-o", "pem");
    assertThat(typed.out()).isEqualTo(TWO.certificatePem());
  }

  @Test
  void ownBundleIsPublishedAboveOneThatIsWrong() throws IOException {
    TrustBundle own = bundle(7, root("west.demo"));
    Published.write(servers.west(), own);
    assertThat(typed.run("republish", "--above", "4102444800"))
        .as(typed.err())
        .isEqualTo(ExitCode.YES);
    assertThat(typed.out()).contains("of west.demo as sequence 4102444801, after 7");
    typed.run("export");
    assertThat(typed.out()).contains("4102444801");
    typed.run("export", "-o", "pem");
    assertThat(typed.out()).isEqualTo(Pem.encode(own.anchors().getFirst()));

    assertThat(typed.run("republish", "--above", "9")).isEqualTo(ExitCode.YES);
    assertThat(typed.out()).contains("has sequence 4102444801 already");
    assertRefused(typed.run("republish", "--above", "-1"), ExitCode.USAGE, "--above=-1");
  }

  @Test
  void olderOrRewrittenBundleIsRefused() throws IOException {
    take(file(bundle(4, ONE)), "--yes");
    assertRefused(take(file(bundle(3, TWO)), "--yes"), ExitCode.NO, "3 is lower than 4");
    assertRefused(
        take(file(bundle(4, TWO)), "--yes"), ExitCode.NO, "under the same spiffe_sequence 4");
  }

  @Test
  void brokenDocumentIsRefused() throws IOException {
    assertRefused(take(file("{\"keys\": ["), "--yes"), ExitCode.NO, "not valid JSON");
    assertRefused(take(file("x".repeat(2 << 20)), "--yes"), ExitCode.NO, "2097152 bytes");
    assertRefused(take(file("{\"spiffe_sequence\": 1}"), "--yes"), ExitCode.NO, "has no \"keys\"");
    assertThat(take("/nowhere/bundle.json", "--yes")).isEqualTo(ExitCode.USAGE);
    assertThat(northern()).isEmpty();
  }

  @Test
  void bundleOfAnotherTrustDomainIsRefused() throws IOException {
    TrustBundle other = bundle(1, root("south.example"));
    assertRefused(
        take(file(other), "--yes"),
        ExitCode.NO,
        "is of spiffe://south.example",
        "expected spiffe://north.example");
  }

  @Test
  void bundleThatTrustsNobodyHasToBeMeant() throws IOException {
    String jwtOnly = "{\"keys\": [{\"use\": \"jwt-svid\", \"kty\": \"EC\", \"kid\": \"1\"}]}";
    assertRefused(take(file(jwtOnly), "--yes"), ExitCode.NO, "no key with the use x509-svid");
    assertThat(take(file(jwtOnly), "--yes", "--empty")).as(typed.err()).isEqualTo(ExitCode.YES);
  }

  @Test
  void anchorThatIsNoAuthorityIsRefused() throws IOException {
    Issuer issuer = Issuer.create(ONE, Duration.ofDays(1), InstantSource.system());
    Svid leaf =
        issuer.issueSvid(SpiffeId.parse("spiffe://north.example/ns/a/sa/b"), Duration.ofHours(1));
    String x5c = Base64.getEncoder().encodeToString(der(leaf.chain().getFirst()));
    String document =
        "{\"keys\": [{\"use\": \"x509-svid\", \"kty\": \"EC\", \"x5c\": [\"%s\"]}]}".formatted(x5c);
    assertRefused(take(file(document), "--yes"), ExitCode.NO, "expected a CA certificate");
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bundleThatWouldLockOutLivePeersIsRefusedUnlessItRevokesTheirAnchor() throws IOException {
    take(file(bundle(4, ONE)), "--yes");
    String anchor = Fingerprint.of(ONE.certificate());
    TrustDomain domain = northern().getFirst();
    domain.setStatus(
        new TrustDomainStatus(
            null,
            null,
            List.of(),
            null,
            null,
            List.of(),
            new TrustEnforcement(
                Map.of(
                    "replica-0",
                    new Reporter(
                        4,
                        "sha256:x",
                        1,
                        1,
                        0,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(new ConnectionsByAnchor(anchor, 3)),
                        0,
                        Instant.now().toString())))));
    servers.west().resource(domain).updateStatus();

    assertRefused(
        take(file(bundle(5, TWO)), "--yes"),
        ExitCode.NO,
        "3 live connections stand on the anchor " + anchor);
    TrustBundle revoking =
        new TrustBundle(
            io.isthmus.certs.TrustDomain.of("north.example"),
            5,
            Duration.ofMinutes(5),
            List.of(TWO.certificate()),
            Set.of(anchor));
    assertThat(take(file(revoking), "--yes")).as(typed.err()).isEqualTo(ExitCode.YES);
    assertThat(typed.out()).contains("! " + anchor + " is revoked");
  }

  @Test
  void trustDomainThatComesFromElsewhereIsLeftAlone() throws IOException {
    RootAuthority west = root("west.demo");
    TrustBundle own =
        new TrustBundle(
            io.isthmus.certs.TrustDomain.of("west.demo"),
            1,
            Duration.ofMinutes(5),
            List.of(west.certificate()));
    assertRefused(
        typed.run("import", file(own), "--trust-domain", "west.demo", "--yes"),
        ExitCode.NO,
        "this cluster issues for west.demo itself");
    servers.linking().create();
    TrustBundle east =
        new TrustBundle(
            io.isthmus.certs.TrustDomain.of("east.demo"),
            1,
            Duration.ofMinutes(5),
            List.of(root("east.demo").certificate()));
    assertRefused(
        typed.run("import", file(east), "--trust-domain", "east.demo", "--yes"),
        ExitCode.NO,
        "the Link east of TrustDomain east");
  }

  @Test
  void dryRunPrintsTheObjectAndMakesNone() throws IOException {
    assertThat(take(file(bundle(4, ONE)), "--dry-run")).isEqualTo(ExitCode.YES);
    assertThat(typed.out()).contains("kind: \"TrustDomain\"", "trustDomain: \"north.example\"");
    assertThat(northern()).isEmpty();
  }

  @Test
  void ownBundleIsExportedByDefault() throws IOException {
    assertRefused(typed.run("export"), ExitCode.NO, "there is no bundle of west.demo");
    RootAuthority west = root("west.demo");
    TrustBundle own =
        new TrustBundle(
            io.isthmus.certs.TrustDomain.of("west.demo"),
            9,
            Duration.ofMinutes(5),
            List.of(west.certificate()));
    Published.write(servers.west(), own);
    assertThat(typed.run("export", "-o", "pem")).isEqualTo(ExitCode.YES);
    assertThat(typed.out()).isEqualTo(west.certificatePem());
    assertRefused(typed.run("export", "-o", "yaml"), ExitCode.USAGE, "JWKS document");
    assertRefused(
        typed.run("export", "--trust-domain", "nowhere"), ExitCode.NO, "no TrustDomain of nowhere");
  }
}

package io.isthmus.proxy.identity.files;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.Pem;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.certs.testing.TestCa;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files; the loop's time is the test's. */
final class FileSvidSourceTest {
  private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");

  @TempDir Path directory;

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final TestCa west = TestCa.create("west.demo", now::get);
  private final AtomicReference<PeerVerifier> verifier =
      new AtomicReference<>(TestCa.verifier(now::get, west));
  private final Svid first = west.svid("shop", "web");
  private final Svid second = west.svid("shop", "web");
  private final List<Svid> heard = new ArrayList<>();
  private final EmbeddedChannel loop = new EmbeddedChannel();

  @SuppressWarnings("NullAway.Init")
  private Path certificates;

  @SuppressWarnings("NullAway.Init")
  private Path key;

  @SuppressWarnings("NullAway.Init")
  private FileSvidSource source;

  @BeforeEach
  void prepare() {
    loop.freezeTime();
    use(directory.resolve("tls.crt"), directory.resolve("tls.key"));
  }

  private void use(Path certificateFile, Path keyFile) {
    certificates = certificateFile;
    key = keyFile;
    source =
        new FileSvidSource(
            new PemFiles(certificateFile, keyFile),
            (chain, id) ->
                requireNonNull(verifier.get()).verifyServer(chain, ExpectedPeer.Exact.of(id)),
            west.id("shop", "web"),
            loop.eventLoop());
    source.subscribe(heard::add);
  }

  @AfterEach
  void stop() {
    source.close();
    loop.close();
  }

  private void start() {
    source.start();
    loop.runPendingTasks();
  }

  private void nextLook() {
    loop.advanceTimeBy(1, SECONDS);
    loop.runScheduledPendingTasks();
  }

  private void write(Svid svid) throws IOException {
    write(certificates, Pem.encode(svid.chain()));
    write(key, Pem.encode(svid.privateKey()));
  }

  /** By renaming, as careful writers do. */
  private void write(Path file, String text) throws IOException {
    Path made = Files.writeString(directory.resolve("made"), text);
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void assertKept(Svid kept) {
    assertThat(source.current()).contains(kept);
    assertThat(heard).containsExactly(kept);
  }

  /** Shown at once, a failure from the second look on, and one only. */
  private void assertRefused(String... reasons) {
    nextLook();
    assertThat(source.trouble().orElseThrow()).contains(reasons);
    assertThat(source.failures()).isZero();
    nextLook();
    nextLook();
    nextLook();
    assertThat(source.trouble().orElseThrow()).contains(reasons);
    assertThat(source.failures()).isEqualTo(1);
  }

  private void startWithFirst() throws IOException {
    write(first);
    start();
    assertKept(first);
    assertThat(source.trouble()).isEmpty();
  }

  @Test
  void takesAPairThatIsThere() throws IOException {
    startWithFirst();
    nextLook();
    nextLook();
    assertKept(first);
    assertThat(source.failures()).isZero();
  }

  @Test
  void waitsForFilesThatComeLater() throws IOException {
    start();
    assertThat(source.trouble().orElseThrow())
        .contains("svid-certificates " + certificates + " does not exist: expected the PEM chain");
    write(certificates, Pem.encode(first.chain()));
    nextLook();
    assertThat(source.trouble().orElseThrow())
        .contains("svid-key " + key + " does not exist: expected the leaf's key in PEM, PKCS#8");
    write(key, Pem.encode(first.privateKey()));
    nextLook();
    assertKept(first);
    assertThat(source.trouble()).isEmpty();
  }

  @Test
  void takesTheNextPairWithinASecond() throws IOException {
    startWithFirst();
    write(second);
    nextLook();
    assertThat(heard).containsExactly(first, second);
  }

  @Test
  void seesContentsAndNotTimes() throws IOException {
    startWithFirst();
    var modified = Files.getLastModifiedTime(certificates);
    write(second);
    Files.setLastModifiedTime(certificates, modified);
    Files.setLastModifiedTime(key, modified);
    nextLook();
    assertThat(source.current()).contains(second);
  }

  @Test
  void doesNotCountThatOneFileIsWrittenBeforeTheOther() throws IOException {
    startWithFirst();
    write(certificates, Pem.encode(second.chain()));
    nextLook();
    assertKept(first);
    write(key, Pem.encode(second.privateKey()));
    nextLook();
    assertThat(heard).containsExactly(first, second);
    assertThat(source.failures()).isZero();
  }

  @Test
  void keepsTheOldPairWhenTheFilesDoNotMatch() throws IOException {
    startWithFirst();
    write(certificates, Pem.encode(second.chain()));
    assertRefused(
        "svid-certificates " + certificates + " and svid-key " + key,
        "the private key is not the one of the leaf: expected a pair");
    assertKept(first);
  }

  @Test
  void isWellAgainWhenTheOldPairIsBack() throws IOException {
    startWithFirst();
    write(certificates, Pem.encode(second.chain()));
    assertRefused("expected a pair");
    write(first);
    nextLook();
    assertThat(source.trouble()).isEmpty();
    assertKept(first);
  }

  @Test
  void keepsTheOldPairWhileAFileIsHalfWritten() throws IOException {
    startWithFirst();
    String chain = Pem.encode(second.chain());
    Files.writeString(key, Pem.encode(second.privateKey()));
    int leaf = Pem.encode(second.leaf()).length();
    for (int length : new int[] {0, 1, 30, leaf - 10, leaf, leaf + 30, chain.length() - 10}) {
      Files.writeString(certificates, chain.substring(0, length));
      nextLook();
      assertThat(source.trouble().orElseThrow())
          .as("%d of %d characters", length, chain.length())
          .startsWith("svid-certificates " + certificates);
      assertKept(first);
    }
    Files.writeString(certificates, chain);
    nextLook();
    assertThat(heard).containsExactly(first, second);
  }

  @Test
  void keepsTheOldPairWhenTheKeyIsHalfWritten() throws IOException {
    startWithFirst();
    String whole = Pem.encode(second.privateKey());
    Files.writeString(certificates, Pem.encode(second.chain()));
    Files.writeString(key, whole.substring(0, whole.length() / 2));
    assertRefused("svid-key " + key + ": no PEM block PRIVATE KEY in");
    assertThat(source.trouble().orElseThrow()).doesNotContain(whole.substring(40, 60));
    assertKept(first);
  }

  @Test
  void keepsTheOldPairWhenAFileIsDeleted() throws IOException {
    startWithFirst();
    Files.delete(key);
    assertRefused("svid-key " + key + " does not exist");
    assertKept(first);
  }

  @Test
  void refusesAnotherId() throws IOException {
    startWithFirst();
    write(west.svid("shop", "admin"));
    assertRefused(
        "server is spiffe://west.demo/ns/shop/sa/admin: expected spiffe://west.demo/ns/shop/sa/web");
    assertKept(first);
  }

  @Test
  void refusesWhatHasExpiredAndKeepsWhatHasNot() throws IOException {
    Svid brief = west.svid(west.id("shop", "web"), Duration.ofMinutes(10));
    startWithFirst();
    now.set(START.plus(Duration.ofHours(1)));
    write(brief);
    assertRefused("svid-certificates " + certificates, "was valid until");
    assertKept(first);
  }

  @Test
  void takesWhatBecomesValidWithoutAnotherWrite() throws IOException {
    now.set(START.plus(Duration.ofHours(3)));
    Svid later = west.svid("shop", "web");
    now.set(START);
    startWithFirst();
    write(later);
    assertRefused("is valid from");
    now.set(START.plus(Duration.ofHours(3)));
    nextLook();
    assertThat(heard).containsExactly(first, later);
  }

  @Test
  void refusesWhatIsValidUnderNoAnchorUntilTheBundleHasIt() throws IOException {
    TestCa next = TestCa.create("west.demo", now::get);
    Svid rotated = next.svid("shop", "web");
    startWithFirst();
    write(rotated);
    assertRefused("svid-certificates " + certificates + ": chain ");
    assertKept(first);
    verifier.set(TestCa.verifier(now::get, next));
    nextLook();
    assertThat(heard).containsExactly(first, rotated);
  }

  @Test
  void refusesKeysInOtherFormsByName() throws IOException {
    startWithFirst();
    write(certificates, Pem.encode(second.chain()));
    for (String form : List.of("EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY")) {
      write(key, Pem.encode(second.privateKey()).replace("PRIVATE KEY", form));
      nextLook();
      assertThat(source.trouble().orElseThrow())
          .contains(
              "svid-key " + key + ": PEM block " + form + ": expected PRIVATE KEY",
              "PKCS#8 (\"BEGIN PRIVATE KEY\"), EC or RSA, not encrypted");
    }
    assertKept(first);
  }

  @Test
  void takesAnRsaKey() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    Made issuer = Made.of(west.issuer());
    Made leaf =
        CertificateRecipe.leaf(west.id("shop", "web"), START)
            .key(rsa.generateKeyPair())
            .signedBy(issuer);
    Svid svid = Svid.of(leaf.chain(issuer), leaf.privateKey());
    write(svid);
    start();
    assertKept(svid);
  }

  @Test
  void refusesGarbageAndWhatIsNoFile() throws IOException {
    startWithFirst();
    Files.write(certificates, new byte[] {(byte) 0xff, 0, (byte) 0xfe});
    nextLook();
    assertThat(source.trouble().orElseThrow()).contains("no PEM block CERTIFICATE");
    Files.delete(certificates);
    Files.createDirectory(certificates);
    nextLook();
    assertThat(source.trouble().orElseThrow()).contains(certificates + " is no regular file");
    assertKept(first);
  }

  @Test
  void doesNotReadAFileThatIsNeverAChain() throws IOException {
    startWithFirst();
    write(certificates, "-".repeat(FileText.MAX_BYTES + 1));
    nextLook();
    assertThat(source.trouble().orElseThrow()).contains("is larger than 1048576 bytes");
  }

  /** As the kubelet does: files link through {@code ..data}, which is renamed over. */
  @Test
  void takesBothFilesOfADirectoryThatIsSwapped() throws IOException {
    Path volume = Files.createDirectory(directory.resolve("volume"));
    publish(volume, "..1", first);
    Files.createSymbolicLink(volume.resolve("tls.crt"), Path.of("..data", "tls.crt"));
    Files.createSymbolicLink(volume.resolve("tls.key"), Path.of("..data", "tls.key"));
    use(volume.resolve("tls.crt"), volume.resolve("tls.key"));
    start();
    assertKept(first);
    publish(volume, "..2", second);
    nextLook();
    assertThat(heard).containsExactly(first, second);
    assertThat(source.failures()).isZero();
  }

  private static void publish(Path volume, String name, Svid svid) throws IOException {
    Path version = Files.createDirectory(volume.resolve(name));
    Files.writeString(version.resolve("tls.crt"), Pem.encode(svid.chain()));
    Files.writeString(version.resolve("tls.key"), Pem.encode(svid.privateKey()));
    Path link = Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of(name));
    Files.move(link, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void looksNoMoreWhenClosed() throws IOException {
    startWithFirst();
    source.close();
    write(second);
    nextLook();
    assertKept(first);
  }
}

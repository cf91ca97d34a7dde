package io.isthmus.certs;

import static io.isthmus.certs.Verification.authority;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class TrustBundleProperties {
  private static final TrustDomain WEST = TrustDomain.of("west.demo");
  private static final List<X509Certificate> ROOTS =
      IntStream.range(0, 6)
          .mapToObj(i -> authority("root " + i).selfSigned().certificate())
          .toList();

  @Property(tries = 300)
  void everyBundleIsReadBackAsItIsWritten(
      @ForAll @LongRange(max = TrustBundle.MAX_SEQUENCE) long sequence,
      @ForAll @IntRange(max = 86_400) int hint,
      @ForAll Set<@IntRange(max = 5) Integer> roots)
      throws BundleFormatException {
    TrustBundle bundle =
        new TrustBundle(
            WEST, sequence, Duration.ofSeconds(hint), roots.stream().map(ROOTS::get).toList());
    TrustBundle read = TrustBundle.parseJwks(WEST, bundle.toJwks());
    assertThat(read).isEqualTo(bundle);
    assertThat(read.digest()).isEqualTo(bundle.digest());
  }

  @Property(tries = 1000)
  void noBytesThrowAnythingButBundleFormat(@ForAll byte[] bytes) {
    parses(bytes);
  }

  @Property(tries = 1000)
  void aMutatedDocumentIsRefusedOrABundle(
      @ForAll @IntRange(max = 5000) int position, @ForAll byte value) {
    byte[] document =
        new TrustBundle(WEST, 7, Duration.ofSeconds(60), ROOTS.subList(0, 2)).toJwks();
    document[position % document.length] = value;
    parses(document);
  }

  @Property(tries = 500)
  void aCutDocumentIsAlwaysRefused(@ForAll @IntRange(max = 5000) int length) {
    byte[] document =
        new TrustBundle(WEST, 7, Duration.ofSeconds(60), ROOTS.subList(0, 2)).toJwks();
    byte[] cut = Arrays.copyOf(document, length % document.length);
    assertThat(parses(cut)).as(new String(cut, UTF_8)).isFalse();
  }

  private static boolean parses(byte[] document) {
    try {
      assertThat(TrustBundle.parseJwks(WEST, document).trustDomain()).isEqualTo(WEST);
      return true;
    } catch (BundleFormatException e) {
      assertThat(e).hasMessageStartingWith("bundle of west.demo");
      return false;
    }
  }
}

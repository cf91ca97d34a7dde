package io.isthmus.control.enforcement;

import io.isthmus.certs.Fingerprint;
import isthmus.trust.v1alpha1.IssuerAnnouncement;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which issuer leaves come from now, and how soon those of another one are to be renewed.
 *
 * @param issuer the certificate that this replica signs with; empty while it signs with none, and
 *     then nobody is told to renew
 * @param leafLifetime of the longest-lived leaf
 */
public record IssuerNews(
    Supplier<Optional<X509Certificate>> issuer, Supplier<Duration> leafLifetime) {
  /** The fleet's requests are spread over it: some 22 in each second for 1 000 proxies. */
  private static final Duration LONGEST_WINDOW = Duration.ofSeconds(45);

  Optional<String> current() {
    return issuer.get().map(Fingerprint::of);
  }

  /** A quarter of a leaf's life where that is shorter: the proxy renews at half of it anyway. */
  Duration window() {
    return PartOfALife.atMost(LONGEST_WINDOW, leafLifetime.get());
  }

  /**
   * What one proxy was told last.
   *
   * @param issuer empty when nothing yet
   */
  record Told(String issuer, Instant at) {
    static final Told NOTHING = new Told("", Instant.MIN);

    /**
     * Whether a proxy that shows a leaf of {@code shown} is to be told. Again when twice the window
     * has passed: its request may have met a replica that had not switched yet.
     */
    boolean isDue(String shown, IssuerNews news, Instant now) {
      return news.current()
          .filter(current ->
              !shown.equals(current)
                  && (!issuer.equals(current)
                      || Duration.between(at, now).compareTo(news.window().multipliedBy(2)) >= 0))
          .isPresent();
    }
  }

  Optional<IssuerAnnouncement> message() {
    return current()
        .map(current ->
            IssuerAnnouncement.newBuilder()
                .setIssuerSha256(current)
                .setRenewWithinMillis(window().toMillis())
                .build());
  }
}

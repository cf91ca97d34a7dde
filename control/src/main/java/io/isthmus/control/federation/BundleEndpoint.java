package io.isthmus.control.federation;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.InvalidPemException;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a bundle is fetched, and how the server proves itself. The API server holds TrustDomains to
 * the same rules; they are checked again here because trust hangs on them.
 */
record BundleEndpoint(URI url, Profile profile) {
  private static final int MAX_PORT = 65_535;

  sealed interface Profile {
    /** By an SVID of exactly this identity; there is no host name. */
    record Spiffe(SpiffeId id) implements Profile {}

    /**
     * By a certificate for the URL's host.
     *
     * @param authorities who may issue it; none for the system's
     */
    record Web(List<X509Certificate> authorities) implements Profile {
      public Web {
        authorities = List.copyOf(authorities);
      }
    }
  }

  static BundleEndpoint of(TrustDomainSpec.Endpoint spec) throws FetchFailedException {
    return new BundleEndpoint(url(spec.url()), profile(spec));
  }

  private static URI url(String text) throws FetchFailedException {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw invalid("url " + FetchFailedException.shown(text) + " is none", e);
    }
    if (!"https".equals(Objects.requireNonNullElse(url.getScheme(), "").toLowerCase(Locale.ROOT))
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || url.getPort() > MAX_PORT
        || url.getPort() == 0) {
      throw invalid(
          "url %s: expected https://<host>[:<port>][/<path>] without userinfo, query and fragment"
              .formatted(FetchFailedException.shown(text)),
          null);
    }
    return url;
  }

  private static Profile profile(TrustDomainSpec.Endpoint spec) throws FetchFailedException {
    return switch (spec.profile()) {
      case TrustDomainSpec.Endpoint.HTTPS_SPIFFE -> new Profile.Spiffe(id(spec.spiffeId()));
      case TrustDomainSpec.Endpoint.HTTPS_WEB -> new Profile.Web(authorities(spec.caBundle()));
      default ->
          throw invalid(
              "profile '%s': expected https_spiffe or https_web".formatted(spec.profile()), null);
    };
  }

  private static SpiffeId id(@Nullable String text) throws FetchFailedException {
    try {
      SpiffeId id = SpiffeId.parse(Objects.requireNonNullElse(text, ""));
      if (id.path().isEmpty()) {
        throw invalid("spiffeId %s has no path: expected a workload's".formatted(id), null);
      }
      return id;
    } catch (InvalidSpiffeIdException e) {
      throw invalid("spiffeId: " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> authorities(@Nullable String pem)
      throws FetchFailedException {
    Optional<String> given = Optional.ofNullable(pem);
    try {
      return given.map(Pem::decodeCertificates).orElse(List.of());
    } catch (InvalidPemException e) {
      throw invalid("caBundle: " + e.getMessage(), e);
    }
  }

  private static FetchFailedException invalid(String message, @Nullable Throwable cause) {
    return new FetchFailedException(FetchFailure.INVALID_ENDPOINT, message, cause);
  }
}

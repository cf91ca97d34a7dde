package io.isthmus.control.federation;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** How servers of bundles are verified, by profile. */
final class ServerTrust {
  private ServerTrust() {}

  /** Exactly this identity under exactly this bundle. */
  static X509ExtendedTrustManager spiffe(SpiffeId id, TrustBundle bundle, InstantSource clock) {
    return new ExactServer(
        new PeerVerifier(BundleSet.of(bundle), clock), ExpectedPeer.Exact.of(id));
  }

  /**
   * The Web's rules: chain and host name.
   *
   * @param authorities none for the system's
   */
  static X509ExtendedTrustManager web(List<X509Certificate> authorities) {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(authorities.isEmpty() ? null : store(authorities));
      // An extended one is what checks the host name that the HTTP client asks for.
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("no trust manager of the Web's rules", e);
    }
  }

  private static @Nullable KeyStore store(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    return store;
  }
}

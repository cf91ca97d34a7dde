package io.isthmus.control.federation;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerRejectedException;
import io.isthmus.certs.PeerVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes a server that proves the expected SPIFFE ID. An extended trust manager, so that nothing
 * is added to what it says: the HTTP client asks for a check of the host name, which an SVID has
 * not.
 */
final class ExactServer extends X509ExtendedTrustManager {
  private final PeerVerifier verifier;
  private final ExpectedPeer expected;

  ExactServer(PeerVerifier verifier, ExpectedPeer expected) {
    this.verifier = verifier;
    this.expected = expected;
  }

  private void verify(X509Certificate[] chain) throws PeerRejectedException {
    verifier.verifyServer(List.of(chain), expected);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    throw notForClients();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    throw notForClients();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw notForClients();
  }

  private static CertificateException notForClients() {
    return new CertificateException("clients are not verified here: expected a server's chain");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}

package io.isthmus.control.identity;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.TrustDomain;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Refuses, in the handshake already, every client certificate that is not of our trust domain. */
public final class ClientCertificates extends X509ExtendedTrustManager {
  private final Supplier<PeerVerifier> verifier;
  private final TrustDomain own;

  public ClientCertificates(Supplier<PeerVerifier> verifier, TrustDomain own) {
    this.verifier = verifier;
    this.own = own;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    verifier.get().verifyClient(List.of(chain), ExpectedPeer.AnyOf.of(own));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this side is never a client");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  /** No hint which certificates are wanted: clients have one. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}

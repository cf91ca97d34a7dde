package io.isthmus.proxy.tls;

import io.isthmus.certs.PeerRejectedException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Hands a peer's chain to the {@link PeerCheck} of its handshake; without one, trusts nobody. One
 * context serves peers of many expectations, so these are kept by engine, for as long as the
 * handshake lasts: a session's own values are lost when OpenSSL starts the handshake.
 */
final class SvidTrustManager extends X509ExtendedTrustManager {
  private final Map<SSLEngine, PeerCheck> underWay = new ConcurrentHashMap<>();

  void begin(SSLEngine engine, PeerCheck check) {
    underWay.put(engine, check);
  }

  void end(SSLEngine engine) {
    underWay.remove(engine);
  }

  int underWay() {
    return underWay.size();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  private void check(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
    PeerCheck check = underWay.get(engine);
    if (check == null) {
      throw new CertificateException("nobody is expected on this engine");
    }
    try {
      check.verify(chain);
    } catch (PeerRejectedException e) {
      throw Alerts.carrying(e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are verified");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are verified");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("only engines are verified");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("only engines are verified");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}

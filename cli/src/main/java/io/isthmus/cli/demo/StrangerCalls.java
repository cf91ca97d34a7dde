package io.isthmus.cli.demo;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.cli.cluster.ClusterException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A certificate that is in order in every way, but whose root nobody here trusts. */
final class StrangerCalls implements Step {
  private static final String STRANGER = "spiffe://north.demo/ns/shop/sa/client";
  private static final char[] NO_PASSWORD = new char[0];

  @Override
  public String aim() {
    return "see east's gateway refuse a caller of an unlinked trust domain in TLS";
  }

  @Override
  public Told run(DemoMesh mesh) {
    InetSocketAddress gateway =
        new InetSocketAddress(mesh.east().spec().addresses().gateway(), 15008);
    String alert = handshakeRefusal(gateway);
    return Told.of(
        "a stranger, %s, with a root of its own: refused in TLS".formatted(STRANGER),
        "JDK TLS client to %s: %s".formatted(gateway, alert));
  }

  private static String handshakeRefusal(InetSocketAddress gateway) {
    try (SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket()) {
      socket.setSoTimeout(5000);
      socket.connect(gateway, 5000);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3"});
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      // in TLS 1.3 the client's side is done before the server has judged its certificate
      int first = socket.getInputStream().read();
      throw new ClusterException(
          first < 0
              ? "the gateway closed the connection without an alert"
              : "the gateway accepted " + STRANGER + " and sent data");
    } catch (SSLException e) {
      return String.valueOf(e.getMessage());
    } catch (IOException | GeneralSecurityException e) {
      throw new ClusterException("expected a TLS alert from %s, got %s".formatted(gateway, e), e);
    }
  }

  private static SSLContext context() throws GeneralSecurityException, IOException {
    Duration day = Duration.ofDays(1);
    Clock clock = Clock.systemUTC();
    RootAuthority root = RootAuthority.create(TrustDomain.of("north.demo"), day, clock);
    Svid svid = Issuer.create(root, day, clock).issueSvid(stranger(), Duration.ofHours(1));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, NO_PASSWORD);
    keys.setKeyEntry(
        "stranger", svid.privateKey(), NO_PASSWORD, svid.chain().toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(
        factory.getKeyManagers(), new TrustManager[] {new AnyServer()}, new SecureRandom());
    return context;
  }

  private static SpiffeId stranger() {
    return SpiffeId.workload(TrustDomain.of("north.demo"), "shop", "client");
  }

  /** The stranger does not care whom it talks to: it is the gateway that must care. */
  private static final class AnyServer implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

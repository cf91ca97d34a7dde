package io.isthmus.proxy;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The leaf that a proxy shows on its port for tunnels, to a caller without any: seen in the middle
 * of a handshake, which then fails.
 */
record ShownCertificate(String ip) {

  X509Certificate get() throws Exception {
    CompletableFuture<X509Certificate> shown = new CompletableFuture<>();
    try (SSLSocket socket = (SSLSocket) context(shown).getSocketFactory().createSocket(ip, 15008)) {
      socket.setSoTimeout(5_000);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    } catch (SSLException e) {
      // no certificate of ours
    }
    return seen(shown);
  }

  private static X509Certificate seen(CompletableFuture<X509Certificate> shown)
      throws IOException, InterruptedException, ExecutionException {
    try {
      return shown.get(0, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no certificate was shown", e);
    }
  }

  private static SSLContext context(CompletableFuture<X509Certificate> shown)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, new TrustManager[] {new Watcher(shown)}, new SecureRandom());
    return context;
  }

  private static final class Watcher extends X509ExtendedTrustManager {
    private final CompletableFuture<X509Certificate> shown;

    Watcher(CompletableFuture<X509Certificate> shown) {
      this.shown = shown;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      shown.complete(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      shown.complete(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      shown.complete(chain[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

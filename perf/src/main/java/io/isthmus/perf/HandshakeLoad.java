package io.isthmus.perf;

import io.isthmus.certs.Pem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Runs on the caller's node: {@code HOST PORT SECONDS CHAIN KEY} opens connections one after
 * another in each of some threads, each with a full TLS 1.3 handshake and a client certificate, and
 * closes them. Prints how many the server accepted; a single refusal fails the run.
 */
final class HandshakeLoad {
  private static final int THREADS = 8;
  private static final int TIMEOUT_MILLIS = 5000;
  private static final char[] NO_PASSWORD = new char[0];

  private final InetSocketAddress server;
  private final SSLContext context;
  private final long end;

  private HandshakeLoad(InetSocketAddress server, SSLContext context, long end) {
    this.server = server;
    this.context = context;
    this.end = end;
  }

  public static void main(String[] args)
      throws IOException, GeneralSecurityException, InterruptedException, ExecutionException {
    InetSocketAddress server = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
    long end = System.nanoTime() + Long.parseLong(args[2]) * 1_000_000_000;
    HandshakeLoad load =
        new HandshakeLoad(server, context(Path.of(args[3]), Path.of(args[4])), end);
    long done = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Long>> counts = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        counts.add(threads.submit(load::repeat));
      }
      for (Future<Long> count : counts) {
        done += count.get();
      }
    }
    System.out.println(done);
  }

  private long repeat() throws IOException {
    long done = 0;
    while (System.nanoTime() < end) {
      once();
      done++;
    }
    return done;
  }

  /** A TLS 1.3 server judges the client's certificate last: only what it sends then is its word. */
  private void once() throws IOException {
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(server, TIMEOUT_MILLIS);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3"});
      parameters.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
      parameters.setNamedGroups(new String[] {"x25519"});
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      socket.getSession().invalidate();
      socket.shutdownOutput();
      while (socket.getInputStream().read() >= 0) {
        // its greeting, until it closes; an alert is thrown
      }
    }
  }

  private static SSLContext context(Path chain, Path key)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry(
        "client",
        Pem.decodePrivateKey(Files.readString(key)),
        NO_PASSWORD,
        Pem.decodeCertificates(Files.readString(chain)).toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), new TrustManager[] {new AnyServer()}, null);
    return context;
  }

  /** It is the servers' work that is measured; who they are was shown by the other kinds. */
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

package io.isthmus.control.federation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A TLS server on loopback that does with each request whatever a test wants. */
final class TestEndpoint implements AutoCloseable {
  /** What is written, and read, once a request's head has come. */
  interface Script {
    void answer(InputStream in, OutputStream out) throws IOException;
  }

  private final AtomicInteger connections = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket server;
  private volatile Script script = (_, _) -> {};
  private volatile SSLContext tls;

  TestEndpoint(Svid svid) {
    this.tls = context(svid.chain(), svid.privateKey());
    this.server = listen(0);
  }

  TestEndpoint show(Svid svid) {
    return show(svid.chain(), svid.privateKey());
  }

  TestEndpoint show(List<X509Certificate> chain, PrivateKey key) {
    tls = context(chain, key);
    return this;
  }

  TestEndpoint does(Script next) {
    script = next;
    return this;
  }

  TestEndpoint serves(TrustBundle bundle) {
    return serves("application/json", new String(bundle.toJwks(), UTF_8));
  }

  TestEndpoint serves(String type, String body) {
    return does((_, out) ->
        write(
            out,
            "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(type, body.getBytes(UTF_8).length, body)));
  }

  /** The head ends with its own empty line. */
  TestEndpoint answers(String head) {
    return does((_, out) -> write(out, head + "\r\n\r\n"));
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  /** Returns when the client has gone. */
  static void waitForItsEnd(InputStream in) throws IOException {
    while (in.read() >= 0) {
      // what it sends does not matter
    }
  }

  int connections() {
    return connections.get();
  }

  String url(String host) {
    return "https://" + host + ":" + server.getLocalPort() + "/";
  }

  String url() {
    return url("127.0.0.1");
  }

  /** Nobody listens, until {@link #comeBack}. */
  void goAway() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void comeBack() {
    server = listen(server.getLocalPort());
  }

  private ServerSocket listen(int port) {
    try {
      ServerSocket listening = new ServerSocket();
      listening.setReuseAddress(true);
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      Thread.ofVirtual().start(() -> accept(listening));
      return listening;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        SSLSocket secured =
            (SSLSocket)
                tls.getSocketFactory().createSocket(socket, "client", socket.getPort(), true)) {
      secured.setUseClientMode(false);
      secured.startHandshake();
      InputStream in = secured.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        head.append(new String(new byte[] {(byte) next}, ISO_8859_1));
      }
      script.answer(in, secured.getOutputStream());
    } catch (IOException e) {
      // the client has gone: what it thinks is what is tested
    } finally {
      open.remove(socket);
    }
  }

  private static SSLContext context(List<X509Certificate> chain, PrivateKey key) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, new char[0], chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    goAway();
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

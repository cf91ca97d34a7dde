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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Runs on the caller's node: {@code HOST THREADS (NAME PORT CHAIN KEY)...}. From the order {@code
 * begin NAME} to {@code end} each of some threads opens connections to that server, one after
 * another, each with a full TLS 1.3 handshake and a client certificate, and closes them. {@code
 * end} answers how many the server accepted; a single refusal, or a resumed session, fails it.
 */
final class HandshakeLoad {
  private static final int TIMEOUT_MILLIS = 5000;
  private static final char[] NO_PASSWORD = new char[0];

  private final ExecutorService threads;
  private final int parallel;
  private final Map<String, Server> servers;
  private Optional<Round> round = Optional.empty();
  private volatile boolean ending;

  private record Server(InetSocketAddress address, SSLContext context, AtomicLong proved) {}

  private record Round(Server server, long provedBefore, List<Future<Long>> counts) {}

  private HandshakeLoad(ExecutorService threads, int parallel, Map<String, Server> servers) {
    this.threads = threads;
    this.parallel = parallel;
    this.servers = servers;
  }

  static void main(String[] args) throws IOException, GeneralSecurityException {
    int parallel = Integer.parseInt(args[1]);
    Map<String, Server> servers = new HashMap<>();
    for (int i = 2; i < args.length; i += 4) {
      AtomicLong proved = new AtomicLong();
      servers.put(
          args[i],
          new Server(
              new InetSocketAddress(args[0], Integer.parseInt(args[i + 1])),
              context(Path.of(args[i + 2]), Path.of(args[i + 3]), new AnyServer(proved)),
              proved));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(parallel)) {
      HandshakeLoad load = new HandshakeLoad(threads, parallel, servers);
      new Orders(
              Map.of(
                  "begin", arguments -> load.begin(arguments.getFirst()),
                  "end", _ -> load.end()))
          .serve();
    }
  }

  private String begin(String name) {
    Server server = servers.get(name);
    if (server == null || round.isPresent()) {
      throw new IllegalArgumentException(
          "cannot begin '%s': expected one of %s, and no round under way"
              .formatted(name, servers.keySet()));
    }
    ending = false;
    long proved = server.proved().get();
    List<Future<Long>> counts = new ArrayList<>();
    for (int i = 0; i < parallel; i++) {
      counts.add(threads.submit(() -> repeat(server)));
    }
    round = Optional.of(new Round(server, proved, counts));
    return "begun";
  }

  private String end() throws InterruptedException, ExecutionException {
    Round ended = round.orElseThrow(() -> new IllegalStateException("no round is under way"));
    round = Optional.empty();
    ending = true;
    long done = 0;
    for (Future<Long> count : ended.counts()) {
      done += count.get();
    }
    long proved = ended.server().proved().get() - ended.provedBefore();
    if (proved != done) {
      throw new IllegalStateException(
          "%d handshakes, but %d server certificates: expected as many, as no session is resumed"
              .formatted(done, proved));
    }
    return Long.toString(done);
  }

  private long repeat(Server server) throws IOException {
    long done = 0;
    while (!ending) {
      once(server);
      done++;
    }
    return done;
  }

  /** A TLS 1.3 server judges the client's certificate last: only what it sends then is its word. */
  private static void once(Server server) throws IOException {
    try (SSLSocket socket = (SSLSocket) server.context().getSocketFactory().createSocket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(server.address(), TIMEOUT_MILLIS);
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

  private static SSLContext context(Path chain, Path key, TrustManager trust)
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
    context.init(keys.getKeyManagers(), new TrustManager[] {trust}, null);
    return context;
  }

  /**
   * It is the servers' work that is measured; who they are was shown by the other kinds. Counts,
   * since only a full handshake shows a certificate.
   */
  private record AnyServer(AtomicLong proved) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      proved.incrementAndGet();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

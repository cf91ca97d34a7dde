package io.isthmus.control.injection;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The admission webhook's port. API servers show no certificate, so anybody may ask; an answer says
 * what a Pod would become and changes nothing. The server's certificate is the control plane's own
 * SVID, asked for at each handshake, so that it is rotated as every other.
 */
public final class InjectionServer implements AutoCloseable {
  /** Asked for Pods of namespaces that ask for sidecars. */
  private static final String NAMESPACE_PATH = "/inject/namespace";

  /** Asked for other Pods that ask for one themselves. */
  private static final String POD_PATH = "/inject/pod";

  /** More than what an API server takes for an object. */
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private static final int MOST_AT_ONCE = 64;

  /** Less than webhook.yaml's timeoutSeconds. */
  private static final Duration LONGEST = Duration.ofSeconds(8);

  private final HttpsServer server;
  private final Duration longest;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("injection-timer").daemon().factory());
  private final Admission admission;
  private final MeterRegistry metrics;
  private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  /** What it answers with. */
  public record Served(
      X509ExtendedKeyManager identity, Injection injection, Namespaces namespaces) {}

  /** Throws when the address cannot be bound, and names it. */
  public InjectionServer(InetSocketAddress address, Served served, MeterRegistry metrics)
      throws IOException {
    this(address, served, metrics, LONGEST);
  }

  InjectionServer(InetSocketAddress address, Served served, MeterRegistry metrics, Duration longest)
      throws IOException {
    this.longest = longest;
    this.admission = new Admission(served.injection(), served.namespaces());
    this.metrics = metrics;
    try {
      server = HttpsServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
    server.setHttpsConfigurator(tls(served.identity()));
    server.setExecutor(executor);
    server.createContext(NAMESPACE_PATH, exchange -> serve(exchange, InjectionWish.ENABLED));
    server.createContext(POD_PATH, exchange -> serve(exchange, InjectionWish.UNSAID));
    server.createContext("/", this::refusePath);
    server.start();
  }

  private static HttpsConfigurator tls(X509ExtendedKeyManager identity) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {identity}, null, null);
      return new HttpsConfigurator(context) {
        @Override
        public void configure(HttpsParameters parameters) {
          SSLParameters tls = context.getDefaultSSLParameters();
          tls.setProtocols(new String[] {"TLSv1.3"});
          parameters.setSSLParameters(tls);
        }
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS, which every JDK has", e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange, InjectionWish selected) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        refuse(exchange, 405, "expected POST of an AdmissionReview");
        return;
      }
      if (!atOnce.tryAcquire()) {
        refuse(exchange, 503, MOST_AT_ONCE + " reviews are being answered: try again");
        return;
      }
      // who stalls holds up others for no longer than an API server waits for an answer
      Future<?> end = timer.schedule(exchange::close, longest.toMillis(), TimeUnit.MILLISECONDS);
      try {
        answer(exchange, selected);
      } finally {
        end.cancel(false);
        atOnce.release();
      }
    }
  }

  private void answer(HttpExchange exchange, InjectionWish selected) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      exchange.getRequestBody().skip(MOST_BYTES); // else its sender reads a reset, and no reason
      refuse(exchange, 413, "expected at most " + MOST_BYTES + " bytes");
      return;
    }
    try {
      Admission.Answer answer = admission.answer(body, selected);
      count(answer.decision().name().toLowerCase(Locale.ROOT));
      send(exchange, 200, "application/json", answer.body());
    } catch (Admission.NoReviewException e) {
      refuse(exchange, 400, String.valueOf(e.getMessage()));
    }
  }

  /** By the JDK's own answer who sends a body reads a reset. */
  private void refusePath(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().skip(MOST_BYTES);
      refuse(exchange, 404, "expected " + NAMESPACE_PATH + " or " + POD_PATH);
    }
  }

  private void refuse(HttpExchange exchange, int status, String reason) throws IOException {
    count("no_review");
    send(exchange, status, "text/plain; charset=utf-8", (reason + "\n").getBytes(UTF_8));
  }

  private void count(String decision) {
    metrics.counter("isthmus.injection.reviews", "decision", decision).increment();
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
    timer.shutdownNow();
  }
}

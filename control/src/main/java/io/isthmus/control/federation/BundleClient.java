package io.isthmus.control.federation;

import io.isthmus.certs.PeerRejectedException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One GET of one document, from the URL's host and nowhere else: no redirects, no proxies. Each
 * fetch has a TLS context of its own, since a resumed session would not ask the trust manager.
 *
 * @param timeout for all of it, from connecting to the last byte
 */
record BundleClient(Duration timeout) {
  static final int MAX_BYTES = 1 << 20;
  private static final Pattern NOW = Pattern.compile(", now is [0-9TZ:.-]+[0-9TZ]");

  byte[] fetch(URI url, X509ExtendedTrustManager trust)
      throws FetchFailedException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Accept", "application/json")
            .header("User-Agent", "isthmus-control")
            .build();
    HttpClient client = client(trust);
    CompletableFuture<byte[]> body =
        client
            .sendAsync(request, DocumentBody.handler(MAX_BYTES))
            .thenApply(answer -> answer.body());
    try {
      return document(body.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      throw new FetchFailedException(
          FetchFailure.TIMED_OUT, "no complete answer within " + timeout.toSeconds() + "s", e);
    } catch (ExecutionException e) {
      throw failure(e);
    } finally {
      client.shutdownNow();
    }
  }

  private HttpClient client(X509ExtendedTrustManager trust) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .connectTimeout(timeout)
        .sslContext(context(trust))
        .sslParameters(parameters)
        .build();
  }

  private static SSLContext context(X509ExtendedTrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS context", e);
    }
  }

  private static byte[] document(byte[] body) throws FetchFailedException {
    int first = 0;
    while (first < body.length && Character.isWhitespace(body[first])) {
      first++;
    }
    if (first < body.length && body[first] == '<') {
      throw new FetchFailedException(
          FetchFailure.HTML_PAGE, "answers with HTML or XML: expected JSON");
    }
    return body;
  }

  private static FetchFailedException failure(ExecutionException e) {
    Optional<FetchFailedException> refused = cause(e, FetchFailedException.class);
    if (refused.isPresent()) {
      return refused.get();
    }
    Optional<PeerRejectedException> rejected = cause(e, PeerRejectedException.class);
    if (rejected.isPresent()) {
      return new FetchFailedException(
          FetchFailure.IDENTITY_REFUSED,
          FetchFailedException.shown(steady(String.valueOf(rejected.get().getMessage()))),
          e);
    }
    Optional<CertificateException> certificate = cause(e, CertificateException.class);
    if (certificate.isPresent()) {
      return new FetchFailedException(
          FetchFailure.CERTIFICATE_REFUSED, message(certificate.get()), e);
    }
    return cause(e, HttpTimeoutException.class)
        .map(late -> new FetchFailedException(FetchFailure.TIMED_OUT, message(late), e))
        .orElseGet(() -> new FetchFailedException(FetchFailure.UNREACHABLE, unreachable(e), e));
  }

  /** Without the time, which is another one at each look: what is said has to stay the same. */
  private static String steady(String message) {
    return NOW.matcher(message).replaceFirst("");
  }

  private static String unreachable(ExecutionException e) {
    if (cause(e, UnresolvedAddressException.class).isPresent()) {
      return "no connection: the host has no address";
    }
    if (cause(e, ConnectException.class).isPresent()) {
      return "no connection: refused, or no way there";
    }
    return cause(e, SSLException.class)
        .map(tls -> "no TLS: " + message(tls))
        .orElseGet(() -> "no answer: " + message(deepest(e)));
  }

  private static <T extends Throwable> Optional<T> cause(Throwable error, Class<T> type) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return Optional.of(type.cast(at));
      }
    }
    return Optional.empty();
  }

  private static Throwable deepest(Throwable error) {
    Throwable at = error;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }

  private static String message(Throwable error) {
    return FetchFailedException.shown(
        error.getMessage() == null ? error.toString() : error.getMessage());
  }
}

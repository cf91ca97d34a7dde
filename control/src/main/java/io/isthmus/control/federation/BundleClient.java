package io.isthmus.control.federation;

import io.isthmus.certs.PeerRejectedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
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
    FutureTask<byte[]> answer = new FutureTask<>(() -> get(url, trust));
    Thread.ofVirtual().name("bundle-fetch").start(answer);
    try {
      return document(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      throw new FetchFailedException(
          FetchFailure.TIMED_OUT, "no complete answer within " + timeout.toSeconds() + "s", e);
    } catch (ExecutionException e) {
      throw failure(e);
    } finally {
      answer.cancel(true); // an interrupt closes the socket that a virtual thread waits for
    }
  }

  private static byte[] get(URI url, X509ExtendedTrustManager trust)
      throws IOException, FetchFailedException {
    HttpsURLConnection connection = (HttpsURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
    connection.setSSLSocketFactory(context(trust).getSocketFactory());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestProperty("Accept", "application/json");
    connection.setRequestProperty("Connection", "close");
    connection.setRequestProperty("User-Agent", "isthmus-control");
    try {
      return DocumentAnswer.read(connection, MAX_BYTES);
    } finally {
      connection.disconnect();
    }
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
    return new FetchFailedException(FetchFailure.UNREACHABLE, unreachable(e), e);
  }

  /** Without the time, which is another one at each look: what is said has to stay the same. */
  private static String steady(String message) {
    return NOW.matcher(message).replaceFirst("");
  }

  private static String unreachable(ExecutionException e) {
    if (cause(e, UnknownHostException.class).isPresent()) {
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

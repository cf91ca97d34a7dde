package io.isthmus.api.client;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's client, all of it, but that each WebSocket has a {@link PulseListener}, and that a
 * watch which was lost, or could not be opened, is told that it has expired when it is opened
 * again.
 */
final class PulseHttpClient extends HttpClient {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final HttpClient client;
  private final Duration silence;
  private final MissedWatches missed = new MissedWatches();

  private PulseHttpClient(HttpClient client, Duration silence) {
    this.client = client;
    this.silence = silence;
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return new SocketBuilder(client.newWebSocketBuilder(), silence, missed);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    return client.send(request, steady(body));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> body) {
    return client.sendAsync(request, steady(body));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> body,
      HttpResponse.@Nullable PushPromiseHandler<T> push) {
    return client.sendAsync(request, steady(body), push);
  }

  private <T> HttpResponse.BodyHandler<T> steady(HttpResponse.BodyHandler<T> body) {
    return answer -> new SteadySubscriber<>(body.apply(answer), silence);
  }

  @Override
  public void shutdown() {
    client.shutdown();
  }

  @Override
  public void shutdownNow() {
    client.shutdownNow();
  }

  @Override
  public boolean isTerminated() {
    return client.isTerminated();
  }

  @Override
  public boolean awaitTermination(Duration duration) throws InterruptedException {
    return client.awaitTermination(duration);
  }

  @Override
  public void close() {
    client.close();
  }

  /** Builds what another builder does, with its WebSockets' silence bounded. */
  record Builder(HttpClient.Builder builder, Duration silence) implements HttpClient.Builder {
    @Override
    public HttpClient build() {
      return new PulseHttpClient(builder.build(), silence);
    }

    @Override
    public HttpClient.Builder cookieHandler(CookieHandler handler) {
      builder.cookieHandler(handler);
      return this;
    }

    @Override
    public HttpClient.Builder connectTimeout(Duration duration) {
      builder.connectTimeout(duration);
      return this;
    }

    @Override
    public HttpClient.Builder sslContext(SSLContext context) {
      builder.sslContext(context);
      return this;
    }

    @Override
    public HttpClient.Builder sslParameters(SSLParameters parameters) {
      builder.sslParameters(parameters);
      return this;
    }

    @Override
    public HttpClient.Builder executor(Executor executor) {
      builder.executor(executor);
      return this;
    }

    @Override
    public HttpClient.Builder followRedirects(Redirect policy) {
      builder.followRedirects(policy);
      return this;
    }

    @Override
    public HttpClient.Builder version(Version version) {
      builder.version(version);
      return this;
    }

    @Override
    public HttpClient.Builder priority(int priority) {
      builder.priority(priority);
      return this;
    }

    @Override
    public HttpClient.Builder proxy(ProxySelector selector) {
      builder.proxy(selector);
      return this;
    }

    @Override
    public HttpClient.Builder authenticator(Authenticator authenticator) {
      builder.authenticator(authenticator);
      return this;
    }

    @Override
    public HttpClient.Builder localAddress(@Nullable InetAddress address) {
      builder.localAddress(address);
      return this;
    }
  }

  private record SocketBuilder(WebSocket.Builder builder, Duration silence, MissedWatches missed)
      implements WebSocket.Builder {
    @Override
    public CompletableFuture<WebSocket> buildAsync(URI uri, WebSocket.Listener listener) {
      boolean expired = missed.remove(uri);
      return builder
          .buildAsync(uri, new PulseListener(listener, silence, () -> missed.add(uri), expired))
          .exceptionallyCompose(failure -> CompletableFuture.failedFuture(withoutDetour(failure)))
          .whenComplete((socket, failure) -> {
            if (failure != null) {
              missed.add(uri);
            }
          });
    }

    /**
     * Of these two statuses fabric8 concludes that the server has no WebSockets, and would watch by
     * plain HTTP from then on, where nobody notices silence. It tries again after anything else.
     */
    private static Throwable withoutDetour(Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      return cause instanceof WebSocketHandshakeException refused
              && Set.of(OK, UNAVAILABLE).contains(refused.getResponse().statusCode())
          ? new IOException(
              "no WebSocket: the server answers " + refused.getResponse().statusCode(), cause)
          : failure;
    }

    @Override
    public WebSocket.Builder header(String name, String value) {
      builder.header(name, value);
      return this;
    }

    @Override
    public WebSocket.Builder connectTimeout(Duration timeout) {
      builder.connectTimeout(timeout);
      return this;
    }

    @Override
    public WebSocket.Builder subprotocols(String preferred, String... others) {
      builder.subprotocols(preferred, others);
      return this;
    }
  }
}

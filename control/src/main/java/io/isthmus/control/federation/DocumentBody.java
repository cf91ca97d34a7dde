package io.isthmus.control.federation;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of a good answer, up to a size, and none of any other: what is not wanted is not
 * read. The client calls one method at a time.
 */
final class DocumentBody implements HttpResponse.BodySubscriber<byte[]> {
  private static final int OK = 200;
  private static final int FIRST_REDIRECT = 300;
  private static final int FIRST_ERROR = 400;

  private final int limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  private DocumentBody(int limit) {
    this.limit = limit;
  }

  /** At most {@code limit} bytes. */
  static HttpResponse.BodyHandler<byte[]> handler(int limit) {
    return answer -> {
      DocumentBody body = new DocumentBody(limit);
      refusal(answer, limit).ifPresent(body.body::completeExceptionally);
      return body;
    };
  }

  private static Optional<FetchFailedException> refusal(
      HttpResponse.ResponseInfo answer, int limit) {
    int status = answer.statusCode();
    if (status >= FIRST_REDIRECT && status < FIRST_ERROR) {
      String location = answer.headers().firstValue("location").orElse("nowhere");
      // A login page's query is another one each time, and what is said has to stay the same.
      String target = location.split("[?#]", 2)[0];
      return failure(
          FetchFailure.REDIRECTED,
          "answers %d to %s: expected 200".formatted(status, FetchFailedException.shown(target)));
    }
    if (status != OK) {
      return failure(FetchFailure.UNEXPECTED_STATUS, "answers %d: expected 200".formatted(status));
    }
    String type = answer.headers().firstValue("content-type").orElse("");
    if (type.toLowerCase(Locale.ROOT).startsWith("text/html")) {
      return failure(
          FetchFailure.HTML_PAGE,
          "answers with content of type %s: expected JSON"
              .formatted(FetchFailedException.shown(type)));
    }
    long length = answer.headers().firstValueAsLong("content-length").orElse(0);
    return length > limit ? Optional.of(tooLarge(length + " bytes", limit)) : Optional.empty();
  }

  private static Optional<FetchFailedException> failure(FetchFailure failure, String message) {
    return Optional.of(new FetchFailedException(failure, message));
  }

  private static FetchFailedException tooLarge(String size, int limit) {
    return new FetchFailedException(
        FetchFailure.TOO_LARGE, "answers with %s: expected at most %d".formatted(size, limit));
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (body.isDone()) {
      given.cancel();
    } else {
      given.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (body.isDone()) {
        return;
      }
      if (bytes.size() + buffer.remaining() > limit) {
        body.completeExceptionally(tooLarge("too many bytes", limit));
        if (subscription != null) {
          subscription.cancel();
        }
        return;
      }
      byte[] part = new byte[buffer.remaining()];
      buffer.get(part);
      bytes.writeBytes(part);
    }
  }

  @Override
  public void onError(Throwable error) {
    body.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    body.complete(bytes.toByteArray());
  }
}

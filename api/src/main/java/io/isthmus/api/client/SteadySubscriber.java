package io.isthmus.api.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Ends a body of which nothing has come for a while although more was asked for: the limit of a
 * request ends with the head of its answer. What it passes on it passes on under its lock, one call
 * after the other.
 */
final class SteadySubscriber<T> implements BodySubscriber<T> {
  private final CompletionStage<T> body;
  private final Silence silence;

  /** Absent after the end: the clock that still runs holds nothing of what was read. */
  private @Nullable BodySubscriber<T> subscriber;

  private long wanted;

  SteadySubscriber(BodySubscriber<T> subscriber, Duration silence) {
    this.body = subscriber.getBody();
    this.subscriber = subscriber;
    this.silence = new Silence(silence);
  }

  @Override
  public CompletionStage<T> getBody() {
    return body;
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription subscription) {
    BodySubscriber<T> open = subscriber;
    if (open != null) {
      silence.watch(() -> look(subscription));
      open.onSubscribe(new Counted(subscription));
    }
  }

  /** Whose demand is known. */
  private final class Counted implements Flow.Subscription {
    private final Flow.Subscription subscription;

    Counted(Flow.Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void request(long parts) {
      asked(parts);
      subscription.request(parts);
    }

    @Override
    public void cancel() {
      end();
      subscription.cancel();
    }
  }

  private synchronized void asked(long parts) {
    if (wanted == 0) {
      silence.broken(); // whoever reads slowly is not kept waiting
    }
    wanted = wanted + parts < 0 ? Long.MAX_VALUE : wanted + parts;
  }

  private synchronized @Nullable BodySubscriber<T> end() {
    BodySubscriber<T> open = subscriber;
    subscriber = null;
    return open;
  }

  /** Whether to go on. */
  private synchronized boolean look(Flow.Subscription subscription) {
    BodySubscriber<T> open = subscriber;
    if (open == null) {
      return false;
    }
    if (wanted == 0 || !silence.isTooLong()) {
      return true;
    }
    end(); // first: who is cancelled may say so at once
    subscription.cancel();
    open.onError(new IOException("no more of the answer came for " + silence));
    return false;
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> part) {
    BodySubscriber<T> open = subscriber;
    if (open != null) {
      silence.broken();
      wanted--;
      open.onNext(part);
    }
  }

  @Override
  public synchronized void onError(Throwable error) {
    BodySubscriber<T> open = end();
    if (open != null) {
      open.onError(error);
    }
  }

  @Override
  public synchronized void onComplete() {
    BodySubscriber<T> open = end();
    if (open != null) {
      open.onComplete();
    }
  }
}

package io.isthmus.control.identity;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Which issuer a request for a certificate is for, by a header beside it. */
enum IssuerWish {
  /** The one that leaves come from: no header. */
  ACTIVE,
  /** The one that a rotation will switch to: for canaries. */
  NEXT;

  static final Context.Key<IssuerWish> KEY = Context.keyWithDefault("issuer wish", ACTIVE);

  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("isthmus-issuer", Metadata.ASCII_STRING_MARSHALLER);
  private static final String NEXT_WORD = "next";

  /** Refuses a wish that it does not know, before it is taken for another. */
  static final class Reader implements ServerInterceptor {
    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      @Nullable String wish = headers.get(HEADER);
      if (wish == null) {
        return next.startCall(call, headers);
      }
      if (!wish.equals(NEXT_WORD)) {
        call.close(
            Status.INVALID_ARGUMENT.withDescription(
                "%s: '%s': expected '%s', or no such header"
                    .formatted(HEADER.name(), wish, NEXT_WORD)),
            new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return Contexts.interceptCall(Context.current().withValue(KEY, NEXT), call, headers, next);
    }
  }
}

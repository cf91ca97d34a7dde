package io.isthmus.control.identity;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.isthmus.certs.SpiffeId;

/** In place of a proof: every call is one caller's. */
public final class TestCallers {
  private TestCallers() {}

  public static ServerInterceptor allAre(SpiffeId id) {
    return new ServerInterceptor() {
      @Override
      public <A, B> ServerCall.Listener<A> interceptCall(
          ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        return Contexts.interceptCall(
            Context.current().withValue(Caller.KEY, new Caller(id, Caller.Proof.CERTIFICATE)),
            call,
            headers,
            next);
      }
    };
  }
}

package io.isthmus.control.identity;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Counts the calls that were refused, whichever layer refused them. */
public final class RefusedCalls implements ServerInterceptor {
  private static final Set<Status.Code> REFUSALS =
      EnumSet.of(
          Status.Code.UNAUTHENTICATED,
          Status.Code.PERMISSION_DENIED,
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.INVALID_ARGUMENT);

  private final MeterRegistry metrics;

  public RefusedCalls(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            if (REFUSALS.contains(status.getCode())) {
              count(String.valueOf(getMethodDescriptor().getBareMethodName()), status.getCode());
            }
            super.close(status, trailers);
          }
        },
        headers);
  }

  private void count(String method, Status.Code code) {
    metrics
        .counter(
            "isthmus.calls.refused",
            "method",
            method,
            "reason",
            code.name().toLowerCase(Locale.ROOT))
        .increment();
  }
}

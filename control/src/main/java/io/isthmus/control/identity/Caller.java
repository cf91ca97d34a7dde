package io.isthmus.control.identity;

import io.grpc.Context;
import io.isthmus.certs.SpiffeId;

/** Who makes a call, and how they proved it. */
public record Caller(SpiffeId id, Proof proof) {
  /** How an identity was proved. */
  public enum Proof {
    CERTIFICATE,
    TOKEN
  }

  static final Context.Key<Caller> KEY = Context.key("caller");

  /** The caller of the current gRPC call; only inside one. */
  public static Caller current() {
    Caller caller = KEY.get();
    if (caller == null) {
      throw new IllegalStateException("no authenticated caller: the interceptor is missing");
    }
    return caller;
  }
}

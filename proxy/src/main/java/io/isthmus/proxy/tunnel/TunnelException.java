package io.isthmus.proxy.tunnel;

/** A {@link TunnelError}, thrown. Without a stack: it says what happened, not where in the code. */
public final class TunnelException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient TunnelError error;

  public TunnelException(TunnelError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  public TunnelError error() {
    return error;
  }
}

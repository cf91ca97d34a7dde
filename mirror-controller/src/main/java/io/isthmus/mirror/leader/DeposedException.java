package io.isthmus.mirror.leader;

/** A write was refused because this process does not lead, or no longer does. */
public final class DeposedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DeposedException(String what) {
    super("not written, because this process is not the leader: " + what);
  }
}

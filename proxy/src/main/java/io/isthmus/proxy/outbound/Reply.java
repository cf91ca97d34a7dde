package io.isthmus.proxy.outbound;

import io.isthmus.proxy.relay.EndReason;

/** How the application hears of the outcome; exactly one of the two, on its loop. */
public interface Reply {

  /**
   * The way to the destination is open, and the relay the last handler of the pipeline: say so if
   * the protocol does, and take all other handlers out.
   */
  void onOpen();

  /** There is no way; say why and close. */
  void onRefused(EndReason reason, String detail);
}

package io.isthmus.proxy;

/**
 * Ends the process in order on SIGTERM or SIGINT. The JVM's own status after a signal would be 143;
 * having drained is a success, so this ends with 0.
 */
final class Shutdown {
  private Shutdown() {}

  static void onSignal(Runnable drain) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  drain.run();
                  Runtime.getRuntime().halt(0);
                },
                "shutdown"));
  }

  /** As if a signal had come. */
  static void begin() {
    Thread.ofPlatform().name("drain").start(() -> System.exit(0));
  }
}

package io.isthmus.proxy.training;

import java.util.concurrent.ThreadLocalRandom;

/** Addresses of 127.0.0.0/8 that nobody else on this machine is likely to use. */
public final class Loopback {
  private Loopback() {}

  public static String unused() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "127.%d.%d.9".formatted(random.nextInt(64, 200), random.nextInt(1, 250));
  }
}

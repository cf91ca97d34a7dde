package io.isthmus.api.client;

import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Watches that did not end in order, or could not be opened when they were last tried: until they
 * are opened again anything may happen to the server, also that it gets an older state back. Known
 * by their URLs: two of one URL in one client would be told as one. Thread-safe.
 */
final class MissedWatches {
  private static final String REVISION = "(?<=[?&])resourceVersion=[^&]*";

  private final Set<String> missed = ConcurrentHashMap.newKeySet();

  void add(URI watch) {
    missed.add(key(watch));
  }

  /** Whether it was one; it is none any more. */
  boolean remove(URI watch) {
    return missed.remove(key(watch));
  }

  /** The same watch is opened from another revision each time. */
  private static String key(URI watch) {
    return watch.toString().replaceFirst(REVISION, "");
  }
}

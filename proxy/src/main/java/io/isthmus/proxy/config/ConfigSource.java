package io.isthmus.proxy.config;

import java.time.Instant;
import java.util.function.Consumer;

/** Where the configuration is read. */
public interface ConfigSource {

  MeshConfig current();

  /** When {@link #current()} was last heard to be true; {@link Instant#EPOCH} before the first. */
  Instant since();

  /** Hears of each later configuration, on the thread of the writer. */
  AutoCloseable subscribe(Consumer<MeshConfig> subscriber);
}

package io.isthmus.proxy.config;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Holds the configuration: one writer, any number of readers. */
public final class ConfigHolder implements ConfigSource {
  private record Held(MeshConfig config, Instant since) {}

  private final InstantSource clock;
  private final List<Consumer<MeshConfig>> subscribers = new CopyOnWriteArrayList<>();
  private volatile Held held = new Held(MeshConfig.EMPTY, Instant.EPOCH);

  public ConfigHolder(InstantSource clock) {
    this.clock = clock;
  }

  public void set(MeshConfig config) {
    held = new Held(config, clock.instant());
    subscribers.forEach(subscriber -> subscriber.accept(config));
  }

  /** The configuration is still true. Nothing to confirm before the first. */
  public void confirm() {
    Held known = held;
    if (!known.since().equals(Instant.EPOCH)) {
      held = new Held(known.config(), clock.instant());
    }
  }

  @Override
  public MeshConfig current() {
    return held.config();
  }

  @Override
  public Instant since() {
    return held.since();
  }

  @Override
  public AutoCloseable subscribe(Consumer<MeshConfig> subscriber) {
    subscribers.add(subscriber);
    return () -> subscribers.remove(subscriber);
  }
}

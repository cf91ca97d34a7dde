package io.isthmus.mirror.names;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Asks for the names of mirrors. Thread-safe. */
public interface NameProbe extends AutoCloseable {
  /** Empty where this process is in no Pod of the cluster, and so cannot ask as one does. */
  Optional<CompletionStage<NameReport>> ask(MirrorName name);

  @Override
  void close();
}

package io.isthmus.e2e.mesh;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Does the same for several, at the same time: starting a program is mostly waiting for it. */
public final class Together {
  private Together() {}

  /** Returns when all are done; throws what the first of them, in their order, threw. */
  public static <T> void each(List<T> subjects, Consumer<T> work) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          subjects.stream()
              .<Future<?>>map(subject -> threads.submit(() -> work.accept(subject)))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while several things were started", e);
    }
  }
}

package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One object of this cluster that is followed by its name. Thread-safe. */
final class NamedObject<T extends HasMetadata> implements AutoCloseable {
  private final SharedIndexInformer<T> informer;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  NamedObject(Informable<T> source, Runnable changed) {
    informer = source.runnableInformer(0);
    informer.exceptionHandler((started, problem) -> {
      failure.set(problem);
      changed.run();
      return true;
    });
    informer.addEventHandler(
        new ResourceEventHandler<T>() {
          @Override
          public void onAdd(T object) {
            changed.run();
          }

          @Override
          public void onUpdate(T before, T after) {
            changed.run();
          }

          @Override
          public void onDelete(T object, boolean unknownFinalState) {
            changed.run();
          }
        });
    informer.start().whenComplete((done, problem) -> changed.run());
  }

  /** Whether it is known if the object is there. */
  boolean isKnown() {
    return informer.hasSynced();
  }

  /** Why it is not known, if asking for it has failed. */
  Optional<Throwable> failure() {
    return isKnown() ? Optional.empty() : Optional.ofNullable(failure.get());
  }

  Optional<T> get() {
    return informer.getStore().list().stream().findFirst();
  }

  @Override
  public void close() {
    informer.stop();
  }
}

package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Optional;

/** One object of this cluster that is followed by its name. Thread-safe. */
final class NamedObject<T extends HasMetadata> implements AutoCloseable {
  private final SharedIndexInformer<T> informer;

  NamedObject(Informable<T> source, Runnable changed) {
    informer = source.runnableInformer(0);
    informer.exceptionHandler((started, problem) -> true);
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

  Optional<T> get() {
    return informer.getStore().list().stream().findFirst();
  }

  @Override
  public void close() {
    informer.stop();
  }
}

package io.isthmus.control.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/**
 * Tells that something has changed, never what: who hears it looks at everything. Informers list
 * again by themselves after a watch breaks, for ever.
 *
 * @param changed is run on the informers' threads
 * @param failed hears of the type that cannot be watched for a while, and why
 */
public record Watch(Runnable changed, BiConsumer<Class<?>, Throwable> failed) {

  public <T extends HasMetadata> SharedIndexInformer<T> on(SharedIndexInformer<T> informer) {
    return on(informer, (before, after) -> true);
  }

  /** Of updates, only those that differ in what matters. */
  public <T extends HasMetadata> SharedIndexInformer<T> on(
      SharedIndexInformer<T> informer, BiPredicate<? super T, ? super T> differs) {
    informer.exceptionHandler((_, error) -> {
      failed.accept(informer.getApiTypeClass(), error);
      return true;
    });
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(T object) {
            changed.run();
          }

          @Override
          public void onUpdate(T before, T after) {
            if (differs.test(before, after)) {
              changed.run();
            }
          }

          @Override
          public void onDelete(T object, boolean stateUnknown) {
            changed.run();
          }
        });
    return informer;
  }
}

package io.isthmus.cli.embedded;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.crud.Attribute;
import io.fabric8.mockwebserver.crud.AttributeSet;
import io.fabric8.mockwebserver.http.MockResponse;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * fabric8's in-memory store with watches of our own. In the mock, a watch that ends blocks its
 * event loop for up to a minute, in which writes fail after they were stored and watches behind it
 * never hear of them. Thread-safe; nothing here waits.
 */
final class ObjectStore extends KubernetesCrudDispatcher {
  private static final Pattern NAME =
      Pattern.compile("fieldSelector=metadata\\.name(?:=|%3D)([^&]+)");

  private final Set<ObjectWatch> watches = new CopyOnWriteArraySet<>();

  @Override
  public MockResponse handleWatch(String path) {
    AttributeSet wanted = attributeExtractor.fromPath(path);
    Matcher name = NAME.matcher(path);
    if (name.find()) {
      wanted = wanted.add(new Attribute("name", name.group(1)));
    }
    return new MockResponse().withWebSocketUpgrade(new ObjectWatch(wanted, this));
  }

  /** From now on the watch is told of every write, after it was told of all that there is. */
  synchronized void begin(ObjectWatch watch) {
    map.forEach((key, state) -> {
      if (watch.wants(key)) {
        watch.tell(state, Action.ADDED);
      }
    });
    watches.add(watch);
  }

  void end(ObjectWatch watch) {
    watches.remove(watch);
  }

  @Override
  public synchronized void processEvent(
      String path,
      AttributeSet pathAttributes,
      @Nullable AttributeSet oldKey,
      @Nullable GenericKubernetesResource resource,
      @Nullable String newState) {
    Optional<Stored> before = oldKey == null ? Optional.empty() : stored(oldKey);
    super.processEvent(path, pathAttributes, oldKey, resource, newState);
    Optional<Stored> after = newState == null ? Optional.empty() : stored(newState);
    if (!before.map(Stored::state).equals(after.map(Stored::state))) {
      watches.forEach(watch -> tell(watch, before, after));
    }
  }

  private record Stored(AttributeSet key, String state) {}

  private static void tell(ObjectWatch watch, Optional<Stored> before, Optional<Stored> after) {
    Optional<Stored> had = before.filter(stored -> watch.wants(stored.key()));
    Optional<Stored> has = after.filter(stored -> watch.wants(stored.key()));
    if (has.isPresent()) {
      watch.tell(has.get().state(), had.isPresent() ? Action.MODIFIED : Action.ADDED);
    } else {
      had.ifPresent(stored -> watch.tell(stored.state(), Action.DELETED));
    }
  }

  private Optional<Stored> stored(AttributeSet key) {
    return Optional.ofNullable(map.get(key)).map(state -> new Stored(key, state));
  }

  private Optional<Stored> stored(String state) {
    return map.entrySet().stream()
        .filter(entry -> entry.getValue() == state) // the very one that was just put
        .map(entry -> new Stored(entry.getKey(), state))
        .findFirst();
  }
}

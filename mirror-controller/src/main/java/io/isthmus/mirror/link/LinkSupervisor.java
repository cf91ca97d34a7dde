package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.isthmus.api.link.Link;
import io.isthmus.mirror.leader.DeposedException;
import io.isthmus.mirror.plan.LocalState;
import io.isthmus.mirror.plan.MirrorPlan;
import io.isthmus.mirror.plan.OwnerMark;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a worker for each Link, and removes the mirrors of clusters that no Link names any more. Its
 * own state belongs to its one thread; events from the caches only ask.
 */
public final class LinkSupervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinkSupervisor.class);
  private final Surroundings around;
  private final LocalCaches caches;
  private final Map<String, LinkWorker> workers = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("links").factory());
  private final AtomicBoolean asked = new AtomicBoolean();
  private final Retries retries = new Retries();
  private Map<String, String> known = Map.of();

  public LinkSupervisor(Surroundings around) {
    this.around = around;
    this.caches = new LocalCaches(around, this::changed);
  }

  public void start() {
    caches.start(this::ask);
  }

  /** Whether everything here has been listed. */
  public boolean isReady() {
    return caches.areComplete();
  }

  private void ask() {
    if (asked.compareAndSet(false, true)) {
      later(20);
    }
  }

  private void later(long millis) {
    try {
      thread.schedule(this::look, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("asked after the end");
    }
  }

  private void changed(HasMetadata object) {
    switch (object) {
      case Link link -> {
        ask();
        Optional.ofNullable(workers.get(link.getMetadata().getName())).ifPresent(LinkWorker::ask);
      }
      case Namespace _ -> workers.values().forEach(LinkWorker::ask);
      case HasMetadata other -> {
        Optional<String> owner = OwnerMark.clusterOf(other);
        String name = other.getMetadata().getName();
        for (LinkWorker worker : workers.values()) {
          if (owner.filter(worker.cluster()::equals).isPresent()
              || name.endsWith("-" + worker.cluster())) {
            worker.ask();
          }
        }
        if (owner.isPresent()) {
          ask();
        }
      }
    }
  }

  private void look() {
    asked.set(false);
    if (!caches.areComplete()) {
      return;
    }
    try {
      followLinks();
      removeOrphans();
      retries.reset();
    } catch (DeposedException e) {
      LOG.atInfo().log(e.getMessage());
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).log("looking at the links failed");
      later(retries.next().toMillis());
    }
  }

  private void followLinks() {
    Map<String, String> now = new HashMap<>();
    for (Link link : caches.links()) {
      if (link.getSpec() == null) {
        continue;
      }
      String name = link.getMetadata().getName();
      now.put(name, link.getSpec().cluster() + "/" + link.getMetadata().getDeletionTimestamp());
      LinkWorker worker = workers.get(name);
      if (worker != null && !worker.cluster().equals(link.getSpec().cluster())) {
        worker.close();
        workers.remove(name);
      }
      workers.computeIfAbsent(name, fresh -> new LinkWorker(link, around, caches));
    }
    for (String name : new HashSet<>(workers.keySet())) {
      if (!now.containsKey(name)) {
        LinkWorker gone = workers.remove(name);
        if (gone != null) {
          gone.close();
        }
      }
    }
    if (!now.equals(known)) {
      known = now;
      workers.values().forEach(LinkWorker::ask);
    }
  }

  /** Mirrors of clusters without a Link; those of a Link are its worker's, with complete lists. */
  private void removeOrphans() {
    LocalState state = caches.state();
    Set<String> orphaned = new HashSet<>();
    Stream.concat(state.services().values().stream(), state.slices().values().stream())
        .flatMap(object -> OwnerMark.clusterOf(object).stream())
        .forEach(orphaned::add);
    caches.links().stream()
        .filter(link -> link.getSpec() != null)
        .forEach(link -> orphaned.remove(link.getSpec().cluster()));
    for (String cluster : orphaned) {
      Writes.Result result =
          new Writes(around, cluster).apply(MirrorPlan.removal(cluster, state).actions());
      if (!result.isComplete()) {
        later(retries.next().toMillis());
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    caches.close();
    workers.values().forEach(LinkWorker::close);
    workers.clear();
  }
}

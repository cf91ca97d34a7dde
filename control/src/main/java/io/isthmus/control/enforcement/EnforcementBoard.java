package io.isthmus.control.enforcement;

import io.isthmus.certs.SpiffeId;
import io.isthmus.control.serving.Verifier;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The last report of each proxy. Who is listed is for the discovery streams to say, not for the
 * reports: a proxy that reports nothing has acknowledged nothing, and one that reports no more
 * stays as unknown until its discovery stream has gone too.
 */
public final class EnforcementBoard {
  private final InstantSource clock;
  private final Map<Key, Entry> entries = new HashMap<>();
  private final Map<Key, Instant> connectedSince = new HashMap<>();

  public EnforcementBoard(InstantSource clock) {
    this.clock = clock;
  }

  private record Key(SpiffeId identity, String pod) {}

  /** Guarded by the board's lock. */
  private static final class Entry {
    private Object stream = new Object();
    private Optional<Reported> last = Optional.empty();
    private Optional<Instant> endedAt = Optional.empty();
  }

  /** One stream of reports. The newest of a proxy is the one that counts. */
  final class Stream {
    private final Key key;

    private Stream(Key key) {
      this.key = key;
    }

    void received(Reported report) {
      synchronized (EnforcementBoard.this) {
        Entry entry = entries.get(key);
        if (entry != null && entry.stream == this) {
          entry.last = Optional.of(report);
        }
      }
    }

    void ended() {
      synchronized (EnforcementBoard.this) {
        Entry entry = entries.get(key);
        if (entry != null && entry.stream == this) {
          entry.endedAt = Optional.of(clock.instant());
        }
      }
    }
  }

  synchronized Stream open(SpiffeId identity, String pod) {
    Stream stream = new Stream(new Key(identity, pod));
    Entry entry = entries.computeIfAbsent(stream.key, key -> new Entry());
    entry.stream = stream;
    entry.endedAt = Optional.empty();
    return stream;
  }

  /** What is known of each of {@code connected}; of others whose reports ended, nothing is kept. */
  synchronized List<Row> rows(List<Verifier> connected) {
    Set<Key> present = new HashSet<>();
    List<Row> rows = new ArrayList<>();
    for (Verifier verifier : connected) {
      Key key = new Key(verifier.node().identity(), verifier.node().pod());
      if (present.add(key)) {
        Optional<Entry> entry = Optional.ofNullable(entries.get(key));
        rows.add(
            new Row(
                verifier,
                connectedSince.computeIfAbsent(key, _ -> clock.instant()),
                entry.flatMap(known -> known.last),
                entry.flatMap(known -> known.endedAt)));
      }
    }
    connectedSince.keySet().retainAll(present);
    entries
        .entrySet()
        .removeIf(each -> each.getValue().endedAt.isPresent() && !present.contains(each.getKey()));
    return rows;
  }
}

package io.isthmus.control.enforcement;

import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.serving.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the board, and writes what is new of each trust domain: news after 2 s at the earliest,
 * the rest once a minute so that readers know it is true, or in a quarter of a leaf's life where
 * that is shorter: a rotation waits for reports as well as for leaves. So 1 000 proxies cause as
 * many writes as one. {@link #round} is for one thread.
 */
public final class EnforcementPublisher {
  /** How often to look. */
  public static final Duration PERIOD = Duration.ofMillis(500);

  /**
   * How long proxies may be away from a control plane that works: they notice a dead connection
   * after 30 s (keepalive of 20 s, time-out of 10 s), or try again after 30 s at most ({@code
   * XdsTiming.DEFAULT} of the proxies), and a connection takes 5 s at most. Before this has passed
   * a replica that was started does not know who verifies, and few proxies look like all of them.
   */
  public static final Duration PROXIES_RETURN = Duration.ofSeconds(60);

  private static final Duration BETWEEN_WRITES = Duration.ofSeconds(2);
  private static final Duration LONGEST_REFRESH = Duration.ofSeconds(60);
  private static final Logger LOG = LoggerFactory.getLogger(EnforcementPublisher.class);

  private final EnforcementBoard board;
  private final Sources sources;
  private final EnforcementSink sink;
  private final InstantSource clock;
  private final Instant started;
  private final Map<TrustDomain, Written> written = new HashMap<>();

  /**
   * What reports are held against.
   *
   * @param connected who has an open discovery stream
   * @param bundles what is handed out
   * @param authorities the root of each root and issuer of the own trust domain, by SHA-256 in
   *     hexadecimal: what is said of them is never left out for want of room
   * @param reportedBefore whether any replica ever wrote of a trust domain; where none did, no
   *     proxy has yet to come back
   * @param leafLifetime of the longest-lived leaf
   * @param proxiesReturn {@link #PROXIES_RETURN}
   */
  public record Sources(
      Supplier<List<Verifier>> connected,
      Supplier<BundleSet> bundles,
      Supplier<Map<String, String>> authorities,
      Predicate<TrustDomain> reportedBefore,
      Supplier<Duration> leafLifetime,
      Duration proxiesReturn) {

    Duration refresh() {
      return PartOfALife.atMost(LONGEST_REFRESH, leafLifetime.get());
    }
  }

  /** What was written last, or tried. */
  private record Written(Reporter essence, Instant at) {
    boolean isDue(Reporter next, Duration refresh, Instant now) {
      Duration age = Duration.between(at, now);
      return age.compareTo(essence.equals(next) ? refresh : BETWEEN_WRITES) >= 0;
    }
  }

  public EnforcementPublisher(
      EnforcementBoard board, Sources sources, EnforcementSink sink, InstantSource clock) {
    this.board = board;
    this.sources = sources;
    this.sink = sink;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** Writes what is due. Never throws: it is run again and again. */
  public void round() {
    try {
      BundleSet bundles = sources.bundles().get();
      List<Row> rows = board.rows(sources.connected().get());
      written.keySet().retainAll(bundles.trustDomains());
      bundles.bundles().values().forEach(bundle -> write(bundle, rows));
    } catch (RuntimeException e) {
      LOG.error("what proxies enforce was not written, trying again", e);
    }
  }

  private void write(TrustBundle bundle, List<Row> rows) {
    Instant now = clock.instant();
    Summary summary = Summary.of(bundle, rows, sources.authorities().get(), now);
    Written last = written.get(bundle.trustDomain());
    boolean isDue =
        last == null
            ? !mayBeMissed(bundle.trustDomain(), now)
            : last.isDue(summary.essence(), sources.refresh(), now);
    if (isDue) {
      boolean done = sink.write(bundle.trustDomain(), summary.status());
      Reporter essence = done ? summary.essence() : nothing();
      written.put(bundle.trustDomain(), new Written(essence, now));
    }
  }

  /** Whether proxies of an earlier process may not be back yet: what it wrote stays meanwhile. */
  private boolean mayBeMissed(TrustDomain trustDomain, Instant now) {
    return now.isBefore(started.plus(sources.proxiesReturn()))
        && sources.reportedBefore().test(trustDomain);
  }

  /** Differs from whatever comes, so that it is written when it may be. */
  private static Reporter nothing() {
    return new Reporter(
        -1,
        "",
        0,
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0,
        Instant.EPOCH.toString());
  }

  /** One line for each connected proxy; any thread. */
  public String page() {
    Instant now = clock.instant();
    return board.rows(sources.connected().get()).stream()
        .map(row -> row.line(now) + "\n")
        .sorted()
        .collect(Collectors.joining());
  }
}

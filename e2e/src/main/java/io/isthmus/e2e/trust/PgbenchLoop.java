package io.isthmus.e2e.trust;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.site.Namespace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** pgbench, again and again on a thread of its own, each run with new sessions. */
final class PgbenchLoop implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern PROCESSED =
      Pattern.compile("number of transactions actually processed: (\\d+)");
  private static final Pattern FAILED = Pattern.compile("number of failed transactions: (\\d+)");

  private final Thread thread;
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicLong transactions = new AtomicLong();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  PgbenchLoop(Namespace pod, List<String> command) {
    thread =
        Thread.ofPlatform()
            .name("pgbench")
            .daemon()
            .start(() -> {
              while (!closed) {
                count(Command.attempt(LIMIT, pod.line(command)));
              }
            });
  }

  private void count(Command.Result run) {
    runs.incrementAndGet();
    long done = number(PROCESSED, run.output());
    transactions.addAndGet(done);
    if (run.exit() != 0 || number(FAILED, run.output()) > 0 || done == 0) {
      failures.add(
          "%s pgbench exited %d: %s".formatted(Instant.now(), run.exit(), run.output().strip()));
    }
  }

  private static long number(Pattern pattern, String output) {
    Matcher found = pattern.matcher(output);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  int runs() {
    return runs.get();
  }

  long transactions() {
    return transactions.get();
  }

  List<String> failures() {
    return failures;
  }

  /** Lets the run under way end. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

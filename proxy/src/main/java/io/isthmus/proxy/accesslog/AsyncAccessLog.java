package io.isthmus.proxy.accesslog;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes entries on a thread of its own. Event loops only put an entry into the queue; they wake
 * the writer when it sleeps for good, not during its short nap between two batches, so that a busy
 * loop pays for no wake-up.
 */
public final class AsyncAccessLog implements AccessLog, AutoCloseable {
  /** Entries that wait at most: some 2 MB. */
  public static final int CAPACITY = 8192;

  private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int BUFFER = 64 * 1024;

  private final ConcurrentLinkedQueue<AccessLogEntry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean asleep = new AtomicBoolean();
  private final LongAdder dropped = new LongAdder();
  private final OutputStream out;
  private final int capacity;
  private final Thread writer;
  private volatile boolean closing;

  AsyncAccessLog(OutputStream out, int capacity) {
    this.out = new BufferedOutputStream(out, BUFFER);
    this.capacity = capacity;
    this.writer = new Thread(this::run, "access-log");
    writer.setDaemon(true);
  }

  public static AsyncAccessLog toStandardOutput() {
    return started(new FileOutputStream(FileDescriptor.out));
  }

  /** Appends; the file is made if missing. */
  public static AsyncAccessLog toFile(Path file) throws IOException {
    return started(
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  static AsyncAccessLog started(OutputStream out) {
    AsyncAccessLog log = new AsyncAccessLog(out, CAPACITY);
    log.start();
    return log;
  }

  void start() {
    writer.start();
  }

  @Override
  public void log(AccessLogEntry entry) {
    if (waiting.incrementAndGet() > capacity) {
      waiting.decrementAndGet();
      dropped.increment();
      return;
    }
    queue.add(entry);
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(writer);
    }
  }

  /** Entries that were lost because the buffer was full or the output failed. */
  public long dropped() {
    return dropped.sum();
  }

  private void run() {
    while (!closing) {
      if (writeAll()) {
        LockSupport.parkNanos(NAP_NANOS);
      } else {
        sleepUntilWoken();
      }
    }
    writeAll();
  }

  private void sleepUntilWoken() {
    asleep.set(true);
    while (asleep.get() && queue.isEmpty() && !closing) {
      LockSupport.park(this);
    }
    asleep.set(false);
  }

  private boolean writeAll() {
    boolean any = false;
    for (AccessLogEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
      waiting.decrementAndGet();
      any = true;
      try {
        AccessLogFormat.write(entry, out);
      } catch (RuntimeException e) {
        dropped.increment(); // the output is gone; connections go on
      }
    }
    try {
      out.flush();
    } catch (IOException e) {
      dropped.increment();
    }
    return any;
  }

  /** Writes what waits, for two seconds at most. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

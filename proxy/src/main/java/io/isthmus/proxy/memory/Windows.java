package io.isthmus.proxy.memory;

import java.util.concurrent.atomic.AtomicBoolean;

/** The receive windows of one connection, in bytes. Closing gives them back, once. */
public final class Windows implements AutoCloseable {
  private final MemoryBudget budget;
  private final int stream;
  private final int connection;
  private final AtomicBoolean closed = new AtomicBoolean();

  Windows(MemoryBudget budget, int stream, int connection) {
    this.budget = budget;
    this.stream = stream;
    this.connection = connection;
  }

  public int stream() {
    return stream;
  }

  public int connection() {
    return connection;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      budget.giveBack(connection);
    }
  }

  @Override
  public String toString() {
    return "Windows[stream " + stream + ", connection " + connection + "]";
  }
}

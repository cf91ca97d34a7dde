package io.isthmus.perf;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs on the caller's node, {@code HOST PORT}: {@code open N} opens connections, each with a
 * request answered; {@code closed SECONDS} waits for the end of all of them and answers how many
 * are open still, and the time of the last end (of the node's monotonic clock, in ns).
 */
final class HeldConnections {
  private final String host;
  private final int port;
  private final AtomicLong lastEnd = new AtomicLong();
  private CountDownLatch open = new CountDownLatch(0);

  private HeldConnections(String host, int port) {
    this.host = host;
    this.port = port;
  }

  static void main(String[] args) throws IOException {
    HeldConnections held = new HeldConnections(args[0], Integer.parseInt(args[1]));
    new Orders(
            Map.of(
                "open", arguments -> held.open(Integer.parseInt(arguments.getFirst())),
                "closed", arguments -> held.closed(Long.parseLong(arguments.getFirst()))))
        .serve();
  }

  private String open(int count) throws IOException {
    byte[] request = "GET / HTTP/1.1\r\nHost: held\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    CountDownLatch latch = new CountDownLatch(count);
    open = latch;
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket(host, port);
      socket.getOutputStream().write(request);
      if (socket.getInputStream().read(new byte[4096]) <= 0) {
        throw new IOException("connection %d of %d was closed by the peer".formatted(i, count));
      }
      Thread.ofVirtual().start(() -> untilItEnds(socket, latch));
    }
    return Long.toString(latch.getCount());
  }

  private void untilItEnds(Socket socket, CountDownLatch latch) {
    try (socket;
        InputStream in = socket.getInputStream()) {
      while (in.read() >= 0) {
        // the rest of the answer
      }
    } catch (IOException reset) {
      // an end like any other
      System.err.println(reset.getMessage());
    }
    long now = System.nanoTime();
    lastEnd.accumulateAndGet(now, Math::max);
    latch.countDown();
  }

  private String closed(long seconds) throws InterruptedException {
    boolean all = open.await(seconds, TimeUnit.SECONDS);
    return String.join(
        " ", List.of(all ? "0" : Long.toString(open.getCount()), Long.toString(lastEnd.get())));
  }
}

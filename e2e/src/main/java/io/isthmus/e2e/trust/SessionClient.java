package io.isthmus.e2e.trust;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds a number of sessions with {@link SessionServer}s: each sends a byte, waits for it to come
 * back, pauses, and so on; after its bytes it ends in order and the next one begins. Prints a line
 * for each session that did not go so, and every second how many did: {@link SessionLog} reads
 * them. Arguments: sessions at a time, bytes a session, pause in ms, then targets as {@code
 * ip:port}.
 */
final class SessionClient {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final int bytes;
  private final Duration pause;
  private final InstantSource clock;
  private final AtomicLong ended = new AtomicLong();

  private SessionClient(int bytes, Duration pause, InstantSource clock) {
    this.bytes = bytes;
    this.pause = pause;
    this.clock = clock;
  }

  public static void main(String[] args) throws InterruptedException {
    int sessions = Integer.parseInt(args[0]);
    List<String> targets = List.of(args).subList(3, args.length);
    SessionClient client =
        new SessionClient(
            Integer.parseInt(args[1]),
            Duration.ofMillis(Long.parseLong(args[2])),
            InstantSource.system());
    for (int i = 0; i < sessions; i++) {
      String target = targets.get(i % targets.size());
      // spread over one pause, so that not all send at once
      Duration begin = client.pause.multipliedBy(i).dividedBy(sessions);
      Thread.ofVirtual().start(() -> client.repeat(target, begin));
    }
    Runtime.getRuntime().addShutdownHook(new Thread(client::tell));
    while (!new CountDownLatch(1).await(1, java.util.concurrent.TimeUnit.SECONDS)) {
      client.tell();
    }
  }

  private void tell() {
    System.out.println(SessionLog.ended(clock.instant(), ended.get()));
  }

  private void repeat(String target, Duration begin) {
    LockSupport.parkNanos(begin.toNanos());
    while (true) {
      long start = clock.millis();
      int sent = 0;
      try (Socket socket = new Socket()) {
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.setTcpNoDelay(true);
        int colon = target.lastIndexOf(':');
        socket.connect(
            new InetSocketAddress(
                target.substring(0, colon), Integer.parseInt(target.substring(colon + 1))),
            (int) LIMIT.toMillis());
        for (; sent < bytes; sent++) {
          echo(socket, sent);
          LockSupport.parkNanos(pause.toNanos());
        }
        end(socket);
        ended.incrementAndGet();
      } catch (IOException e) {
        System.out.println(
            SessionLog.broken(
                clock.instant(),
                "%s after %d ms and %d of %d bytes: %s"
                    .formatted(target, clock.millis() - start, sent, bytes, e)));
        LockSupport.parkNanos(pause.toNanos());
      }
    }
  }

  private static void echo(Socket socket, int number) throws IOException {
    int sent = 'a' + number % 26;
    socket.getOutputStream().write(sent);
    int back = socket.getInputStream().read();
    if (back != sent) {
      throw new IOException("%d came back, expected %d".formatted(back, sent));
    }
  }

  private static void end(Socket socket) throws IOException {
    socket.shutdownOutput();
    int back = socket.getInputStream().read();
    if (back != -1) {
      throw new IOException("%d came at the end, expected nothing more".formatted(back));
    }
  }
}

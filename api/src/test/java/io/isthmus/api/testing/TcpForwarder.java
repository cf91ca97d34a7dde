package io.isthmus.api.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Forwards TCP to a port of this machine. A path that is cut loses all bytes without a word, and
 * has forgotten its connections when it is mended: they stay open and silent.
 */
public final class TcpForwarder implements AutoCloseable {
  private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final int target;
  private volatile Path path = new Path();

  /** What is open goes by the path under which it was opened. */
  private static final class Path {
    private volatile boolean cut;
  }

  /** To a port of loopback, from one that is free. */
  public TcpForwarder(int target) throws IOException {
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return entrance.getLocalPort();
  }

  /** How many connections have been opened so far. */
  public int opened() {
    return opened.get();
  }

  /** What is sent from now on is lost. */
  public void cut() {
    path.cut = true;
  }

  /** What is opened from now on passes. */
  public void mend() {
    path = new Path();
  }

  private void accept() {
    while (true) {
      try {
        Socket caller = entrance.accept();
        sockets.add(caller);
        opened.incrementAndGet();
        open(caller, path);
      } catch (IOException e) {
        return;
      }
    }
  }

  private void open(Socket caller, Path taken) throws IOException {
    if (taken.cut) {
      return;
    }
    Socket called = new Socket(InetAddress.getLoopbackAddress(), target);
    sockets.add(called);
    Thread.ofVirtual().start(() -> pump(caller, called, taken));
    Thread.ofVirtual().start(() -> pump(called, caller, taken));
  }

  private static void pump(Socket from, Socket to, Path taken) {
    byte[] bytes = new byte[16_384];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        if (!taken.cut) {
          out.write(bytes, 0, read);
        }
      }
    } catch (IOException e) {
      // ends it, as the end of the stream does
    }
    if (!taken.cut) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    sockets.forEach(TcpForwarder::close);
  }
}

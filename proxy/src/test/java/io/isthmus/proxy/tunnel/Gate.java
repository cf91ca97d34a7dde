package io.isthmus.proxy.tunnel;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Stands before a server on loopback: it accepts at once, and carries no byte to the server until
 * it is opened. So a handshake can be held for as long as a test likes.
 */
final class Gate implements AutoCloseable {
  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final CountDownLatch opened = new CountDownLatch(1);
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();

  Gate(InetSocketAddress server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::acceptAll);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  void awaitConnections(int count) {
    await().until(() -> accepted.size() >= count);
  }

  void open() {
    opened.countDown();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket caller = listener.accept();
        sockets.add(caller);
        accepted.add(caller);
        Thread.ofVirtual().start(() -> join(caller));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void join(Socket caller) {
    try {
      opened.await();
      Socket target = new Socket(server.getAddress(), server.getPort());
      sockets.add(target);
      Thread.ofVirtual().start(() -> copy(target, caller));
      copy(caller, target);
    } catch (IOException | InterruptedException gone) {
      close(caller);
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException gone) {
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sockets.forEach(Gate::close);
  }
}

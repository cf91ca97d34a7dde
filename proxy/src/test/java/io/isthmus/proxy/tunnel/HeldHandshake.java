package io.isthmus.proxy.tunnel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/**
 * Stands between a client and a server, for one connection: lets the handshake through, and holds
 * what the server says after the client's last flight of it until it is told to go on.
 */
final class HeldHandshake implements AutoCloseable {
  private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean serverSpoke;
  private volatile boolean clientFinished;

  HeldHandshake(InetSocketAddress server) throws IOException {
    Thread.ofVirtual().start(() -> forward(server));
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  /** Returns when the client believes that the handshake is over. */
  void awaitHeld() throws InterruptedException {
    held.await();
  }

  void release() {
    released.countDown();
  }

  private void forward(InetSocketAddress server) {
    try (Socket client = listening.accept();
        Socket target = new Socket(server.getAddress(), server.getPort())) {
      Thread.ofVirtual().start(() -> toServer(client, target));
      InputStream in = target.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (clientFinished) {
          held.countDown();
          released.await();
        }
        serverSpoke = true;
        out.write(buffer, 0, count);
      }
    } catch (IOException | InterruptedException e) {
      // one side is gone: so is the other, by the sockets' close
    }
  }

  private void toServer(Socket client, Socket target) {
    try {
      InputStream in = client.getInputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        clientFinished = serverSpoke;
        target.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      // as above
    }
  }

  @Override
  public void close() throws IOException {
    release();
    listening.close();
  }
}

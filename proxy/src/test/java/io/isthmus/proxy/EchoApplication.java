package io.isthmus.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * An application behind a sidecar. It sends every byte back, ends its direction when the caller has
 * ended its own, and resets the connection when it reads {@code !}.
 */
public final class EchoApplication implements AutoCloseable {
  private final ServerSocket server;

  private EchoApplication(ServerSocket server) {
    this.server = server;
  }

  static EchoApplication start(InetAddress address) throws IOException {
    return start(new InetSocketAddress(address, 0));
  }

  public static EchoApplication start(InetSocketAddress address) throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(address, 1024);
    EchoApplication application = new EchoApplication(server);
    Thread.ofVirtual().start(application::acceptAll);
    return application;
  }

  int port() {
    return server.getLocalPort();
  }

  private void acceptAll() {
    try {
      while (!server.isClosed()) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (count == 1 && buffer[0] == '!') {
          socket.setSoLinger(true, 0);
          return;
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // the caller went away
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

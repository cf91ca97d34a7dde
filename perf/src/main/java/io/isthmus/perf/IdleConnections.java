package io.isthmus.perf;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs on the caller's node: opens connections, sends one request on each, prints {@code open N}
 * and holds them until it is stopped.
 */
final class IdleConnections {
  private IdleConnections() {}

  static void main(String[] args) throws IOException, InterruptedException {
    String host = args[0];
    int port = Integer.parseInt(args[1]);
    int count = Integer.parseInt(args[2]);
    byte[] request = "GET / HTTP/1.1\r\nHost: idle\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket(host, port);
      open.add(socket);
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      if (in.read(new byte[4096]) <= 0) {
        throw new IOException("connection " + i + " of " + count + " was closed by the peer");
      }
    }
    System.out.println("open " + open.size());
    Thread.currentThread().join();
  }
}

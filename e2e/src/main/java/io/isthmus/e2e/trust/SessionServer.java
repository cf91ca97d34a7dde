package io.isthmus.e2e.trust;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends back each byte as it comes, until the caller ends. Arguments: address, port. */
final class SessionServer {
  private static final int BACKLOG = 256;

  private SessionServer() {}

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[1]);
    try (ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getByName(args[0]))) {
      System.out.println("listening");
      while (true) {
        Socket accepted = server.accept();
        Thread.ofVirtual().start(() -> echo(accepted));
      }
    }
  }

  private static void echo(Socket accepted) {
    try (accepted) {
      accepted.setTcpNoDelay(true);
      accepted.getInputStream().transferTo(accepted.getOutputStream());
      accepted.shutdownOutput();
    } catch (IOException e) {
      // the caller counts it: its session did not end as it should
      System.out.println("session ended: " + e.getMessage());
    }
  }
}

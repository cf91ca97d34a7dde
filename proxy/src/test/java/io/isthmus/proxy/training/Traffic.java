package io.isthmus.proxy.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The kinds of traffic that a proxy meets, through an explicit proxy to an echoing application:
 * enough of each for the methods of the hot path to be compiled.
 *
 * @param explicit where SOCKS5 and HTTP CONNECT are served
 * @param name the application as callers know it
 */
public record Traffic(InetSocketAddress explicit, String name, int port) {
  private static final int CONNECTIONS = 16;
  private static final int MESSAGES = 2_000;
  private static final int NEW_CONNECTIONS = 400;
  private static final int BULK_CHUNKS = 800;

  public void run() throws IOException, InterruptedException {
    refused();
    socks();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> all = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        all.add(() -> echo(new byte[200], MESSAGES));
      }
      for (int i = 0; i < 2; i++) {
        all.add(() -> echo(new byte[64 * 1024], BULK_CHUNKS));
      }
      all.add(this::newConnections);
      for (Future<Void> done : callers.invokeAll(all)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the training traffic met an error", e.getCause());
    }
  }

  private Void newConnections() throws IOException {
    for (int i = 0; i < NEW_CONNECTIONS; i++) {
      echo(new byte[200], 1);
    }
    return null;
  }

  private Void echo(byte[] message, int times) throws IOException {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      for (int i = 0; i < times; i++) {
        out.write(message);
        in.readNBytes(message.length);
      }
      socket.shutdownOutput();
      in.readAllBytes();
    }
    return null;
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(explicit);
    socket.setSoTimeout(20_000);
    String answer = ask(socket, name);
    if (!answer.startsWith("HTTP/1.1 200")) {
      throw new IOException("CONNECT " + name + " was answered by " + answer);
    }
    return socket;
  }

  private void refused() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(explicit);
      ask(socket, "nobody");
    }
  }

  private String ask(Socket socket, String host) throws IOException {
    socket
        .getOutputStream()
        .write(
            "CONNECT %s:%d HTTP/1.1\r\n\r\n"
                .formatted(host, port)
                .getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("closed after \"" + head + "\"");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private void socks() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(explicit);
      byte[] host = name.getBytes(StandardCharsets.US_ASCII);
      OutputStream out = socket.getOutputStream();
      out.write(new byte[] {5, 1, 0});
      socket.getInputStream().readNBytes(2);
      out.write(new byte[] {5, 1, 0, 3, (byte) host.length});
      out.write(host);
      out.write(new byte[] {(byte) (port >> 8), (byte) port});
      socket.getInputStream().readNBytes(10);
    }
  }
}

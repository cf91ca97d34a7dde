package io.isthmus.proxy.capture;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * A program for a namespace: says its name and who asked, by HTTP and by UDP, on the one address it
 * is bound to. Arguments: {@code name=ip:port}, IPv6 in brackets. Ends with its standard input.
 */
final class NamedApplication {
  private NamedApplication() {}

  public static void main(String[] args) throws IOException {
    for (String argument : args) {
      int equals = argument.indexOf('=');
      String name = argument.substring(0, equals);
      InetSocketAddress address = address(argument.substring(equals + 1));
      serveHttp(name, address);
      serveUdp(name, address);
    }
    System.out.println("ready");
    System.exit(System.in.read() < 0 ? 0 : 1);
  }

  private static InetSocketAddress address(String text) throws IOException {
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        InetAddress.getByName(text.substring(0, colon)),
        Integer.parseInt(text.substring(colon + 1)));
  }

  private static void serveHttp(String name, InetSocketAddress address) throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> answer(name, exchange));
    server.start();
  }

  private static void answer(String name, HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] answer = answer(name, exchange.getRemoteAddress());
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static void serveUdp(String name, InetSocketAddress address) throws IOException {
    DatagramSocket socket = new DatagramSocket(address);
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (socket) {
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            while (true) {
              socket.receive(packet);
              byte[] answer = answer(name, packet.getSocketAddress());
              socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static byte[] answer(String name, SocketAddress caller) {
    String ip = ((InetSocketAddress) caller).getAddress().getHostAddress().replaceAll("%.*", "");
    return (name + " was asked by " + ip + "\n").getBytes(StandardCharsets.US_ASCII);
  }
}

package io.isthmus.perf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The other side of {@link LoadProcess}: lines on standard input, a word and its arguments, each
 * answered by one line on standard output. Whatever else the process prints goes to standard error.
 */
final class Orders {
  /** Begins the answer of an order that failed. */
  static final String FAILED = "failed: ";

  private final Map<String, Order> known;

  /** Does what one word asks for; the answer is one line. */
  @FunctionalInterface
  interface Order {
    String follow(List<String> arguments) throws Exception;
  }

  Orders(Map<String, Order> known) {
    this.known = Map.copyOf(known);
  }

  /** Follows orders until standard input ends. */
  void serve() throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    serve(System.in, answers);
  }

  void serve(InputStream orders, PrintStream answers) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(orders, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      answers.println(answer(line));
      answers.flush();
    }
  }

  private String answer(String line) {
    List<String> words = List.of(line.split(" ", -1));
    Order order = known.get(words.getFirst());
    if (order == null) {
      return FAILED
          + "unknown order '%s', expected one of %s"
              .formatted(words.getFirst(), new TreeSet<>(known.keySet()));
    }
    try {
      return order.follow(words.subList(1, words.size()));
    } catch (Exception e) {
      e.printStackTrace();
      return FAILED + e.toString().replaceAll("\\s+", " ");
    }
  }
}

package io.isthmus.perf;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A load in a process of its own that lives for the whole benchmark: it is told what to do in lines
 * on its standard input, and answers each with one line ({@link Orders}). So a round pays neither
 * for the start of a JVM nor for its warming. Ends when its standard input does.
 */
final class LoadProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int SHOWN_LINES = 20;

  /** Ends the answers; no answer contains it. */
  private static final String END = "\0";

  private final String name;
  private final Process process;
  private final Path log;
  private final BufferedWriter orders;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private LoadProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.orders =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    Thread.ofVirtual().name(name + "-answers").start(this::read);
  }

  /** Starts a load; what it prints on standard error goes to {@code <directory>/<name>.log}. */
  static LoadProcess start(String name, Path directory, List<String> command) {
    Path log = directory.resolve(name + ".log");
    try {
      Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
      return new LoadProcess(name, process, log);
    } catch (IOException e) {
      throw new BenchmarkFailure(
          "cannot start %s by '%s'".formatted(name, String.join(" ", command)), e);
    }
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      // its end, which whoever waits for an answer is told below
      answers.add(END);
    }
    answers.add(END);
  }

  /**
   * Gives an order and waits for its answer.
   *
   * @throws BenchmarkFailure when the load failed or ended, or does not answer in time
   */
  String ask(Duration limit, String... order) {
    String line = String.join(" ", order);
    try {
      orders.write(line + "\n");
      orders.flush();
    } catch (IOException e) {
      throw failure(line, "is gone", e);
    }
    String answer;
    try {
      answer = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(line, "was not waited for", e);
    }
    if (answer == null) {
      throw failure(line, "did not answer within " + limit, null);
    }
    if (answer.equals(END)) {
      throw failure(line, "ended", null);
    }
    if (answer.startsWith(Orders.FAILED)) {
      throw failure(line, answer, null);
    }
    return answer;
  }

  private BenchmarkFailure failure(String order, String what, @Nullable Throwable cause) {
    return new BenchmarkFailure(
        "%s, told '%s': %s%n%s".formatted(name, order, what, lastLines()), cause);
  }

  private String lastLines() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log %s cannot be read: %s)".formatted(log, e.getMessage());
    }
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}

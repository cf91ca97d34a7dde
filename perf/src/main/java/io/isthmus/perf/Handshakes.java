package io.isthmus.perf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections straight to a destination's TLS port, each with a full handshake, made by one process
 * for all contenders and all rounds.
 */
final class Handshakes implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final LoadProcess load;

  private Handshakes(LoadProcess load) {
    this.load = load;
  }

  /** Starts the load on the caller's node; it stays idle until a round begins. */
  static Handshakes start(Path directory, int threads, List<Door> doors) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Jvm.java(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                Jvm.jar("perf"),
                HandshakeLoad.class.getName(),
                TestBed.DESTINATION_IP,
                Integer.toString(threads)));
    for (Door door : doors) {
      command.addAll(
          List.of(
              door.name(),
              Integer.toString(door.tls().port()),
              door.tls().chain().toString(),
              door.tls().key().toString()));
    }
    return new Handshakes(
        LoadProcess.start("handshakes", directory, TestBed.on(TestBed.CALLER, command)));
  }

  /** A server, and how orders name it. */
  record Door(String name, Contender.TlsDoor tls) {
    static Door of(Contender contender) {
      return new Door(contender.name(), contender.door());
    }
  }

  /** Returns the handshakes made. */
  double run(Contender contender, int seconds) {
    begin(contender.name());
    Pause.millis(seconds * 1000L);
    return end();
  }

  void begin(String door) {
    load.ask(LIMIT, "begin", door);
  }

  /** The round's last handshakes are over when this returns their number. */
  double end() {
    return Double.parseDouble(load.ask(LIMIT, "end"));
  }

  @Override
  public void close() {
    load.close();
  }
}

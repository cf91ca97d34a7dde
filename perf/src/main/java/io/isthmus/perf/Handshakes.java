package io.isthmus.perf;

import io.isthmus.cli.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Connections straight to a destination's TLS port, each with a full handshake. */
final class Handshakes {
  private Handshakes() {}

  static double run(Contender contender, int seconds) {
    Contender.TlsDoor door = contender.door();
    String done =
        Command.run(
            Duration.ofSeconds(seconds + 30L),
            TestBed.on(
                TestBed.CALLER,
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-cp",
                    "perf/target/isthmus-perf.jar",
                    HandshakeLoad.class.getName(),
                    TestBed.DESTINATION_IP,
                    Integer.toString(door.port()),
                    Integer.toString(seconds),
                    door.chain().toString(),
                    door.key().toString())));
    return Double.parseDouble(done.strip());
  }
}

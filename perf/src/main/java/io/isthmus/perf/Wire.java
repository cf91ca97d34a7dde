package io.isthmus.perf;

import io.isthmus.cli.process.ChildProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What is negotiated, seen on the link between the nodes by tcpdump. */
final class Wire implements AutoCloseable {
  /** Packets; the handshake is among the first. */
  private static final String ENOUGH = "100";

  private static final int PCAP_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final int ETHERNET = 14;

  private final int port;
  private final Path file;
  private final ChildProcess tcpdump;

  /** Starts to watch what comes from {@code port} of the destination's node. */
  Wire(int port, Path directory) {
    this.port = port;
    this.file = directory.resolve("from-" + port + ".pcap");
    this.tcpdump =
        ChildProcess.start(
            "tcpdump-" + port,
            directory,
            TestBed.on(
                TestBed.CALLER,
                List.of(
                    "tcpdump",
                    "-i",
                    "perf0",
                    "-U",
                    "-c",
                    ENOUGH,
                    "-s",
                    "400",
                    "-w",
                    file.toString(),
                    "tcp src port " + port)));
    tcpdump.awaitLog("listening on", Duration.ofSeconds(10));
  }

  /** What the first server seen since then chose. */
  ServerHello serverHello() {
    for (int i = 0; i < 100; i++) {
      Optional<ServerHello> hello = find(file);
      if (hello.isPresent()) {
        return hello.get();
      }
      Pause.millis(50);
    }
    throw new BenchmarkFailure("no ServerHello from port %d was seen on the wire".formatted(port));
  }

  @Override
  public void close() {
    tcpdump.close();
  }

  private static Optional<ServerHello> find(Path file) {
    ByteBuffer capture;
    try {
      capture = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new BenchmarkFailure("cannot read " + file, e);
    }
    int at = PCAP_HEADER;
    while (at + RECORD_HEADER <= capture.limit()) {
      int length = capture.getInt(at + 8);
      int packet = at + RECORD_HEADER;
      if (packet + length > capture.limit()) {
        break;
      }
      int ip = packet + ETHERNET;
      int tcp = ip + (capture.get(ip) & 0x0f) * 4;
      int payload = tcp + ((capture.get(tcp + 12) & 0xf0) >> 2);
      if (payload < packet + length) {
        Optional<ServerHello> hello =
            ServerHello.parse(
                capture.slice(payload, packet + length - payload).order(ByteOrder.BIG_ENDIAN));
        if (hello.isPresent()) {
          return hello;
        }
      }
      at = packet + length;
    }
    return Optional.empty();
  }
}

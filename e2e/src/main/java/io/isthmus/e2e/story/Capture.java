package io.isthmus.e2e.story;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A packet capture, read as TCP streams: each direction must be a run of TLS records from its first
 * byte on (content types 20 to 23, legacy version 3.1 or 3.3).
 *
 * @param streams directions with at least one byte
 * @param violations what is no TLS, by stream
 */
record Capture(int streams, List<String> violations) {
  private static final int PCAP_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final int ETHERNET = 14;

  static Capture read(Path file) {
    ByteBuffer pcap;
    try {
      pcap = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    Map<String, Stream> streams = new HashMap<>();
    int at = PCAP_HEADER;
    while (at + RECORD_HEADER <= pcap.limit()) {
      int length = pcap.getInt(at + 8);
      int packet = at + RECORD_HEADER;
      if (packet + length > pcap.limit()) {
        break;
      }
      add(streams, pcap.slice(packet + ETHERNET, length - ETHERNET).order(ByteOrder.BIG_ENDIAN));
      at = packet + length;
    }
    List<String> violations = new ArrayList<>();
    int withBytes = 0;
    for (Map.Entry<String, Stream> entry : streams.entrySet()) {
      String violation = entry.getValue().violation();
      withBytes += entry.getValue().isEmpty() ? 0 : 1;
      if (!violation.isEmpty()) {
        violations.add(entry.getKey() + ": " + violation);
      }
    }
    return new Capture(withBytes, violations);
  }

  private static void add(Map<String, Stream> streams, ByteBuffer ip) {
    int tcp = (ip.get(0) & 0x0f) * 4;
    int total = ip.getShort(2) & 0xffff;
    int payload = tcp + ((ip.get(tcp + 12) & 0xf0) >> 2);
    String key =
        "%s:%d > %s:%d"
            .formatted(
                address(ip, 12),
                ip.getShort(tcp) & 0xffff,
                address(ip, 16),
                ip.getShort(tcp + 2) & 0xffff);
    boolean syn = (ip.get(tcp + 13) & 0x02) != 0;
    long sequence = ip.getInt(tcp + 4) & 0xffffffffL;
    Stream stream = streams.computeIfAbsent(key, _ -> new Stream());
    if (syn) {
      stream.start(sequence + 1);
    } else if (payload < total) {
      byte[] bytes = new byte[total - payload];
      ip.get(payload, bytes);
      stream.segment(sequence, bytes);
    }
  }

  private static String address(ByteBuffer ip, int at) {
    return "%d.%d.%d.%d"
        .formatted(
            ip.get(at) & 0xff, ip.get(at + 1) & 0xff, ip.get(at + 2) & 0xff, ip.get(at + 3) & 0xff);
  }

  /** One direction of a connection, put together in order; a retransmission is passed over. */
  private static final class Stream {
    private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    private long next = -1;
    private boolean gap;

    void start(long sequence) {
      next = sequence;
    }

    void segment(long sequence, byte[] payload) {
      long skip = (next - sequence) & 0xffffffffL;
      if (next < 0 || gap) {
        return;
      }
      if (skip > 0x7fffffffL) {
        gap = true;
      } else if (skip < payload.length) {
        bytes.write(payload, (int) skip, payload.length - (int) skip);
        next = (next + payload.length - skip) & 0xffffffffL;
      }
    }

    boolean isEmpty() {
      return bytes.size() == 0;
    }

    /** The first record that is none of TLS; empty if all are. A last, cut record is fine. */
    String violation() {
      ByteBuffer b = ByteBuffer.wrap(bytes.toByteArray());
      while (b.remaining() >= 5) {
        int type = b.get(b.position()) & 0xff;
        int version = b.getShort(b.position() + 1) & 0xffff;
        int length = b.getShort(b.position() + 3) & 0xffff;
        if (type < 20 || type > 23 || (version != 0x0301 && version != 0x0303) || length > 16640) {
          return "at byte %d: type %d, version 0x%04x, length %d"
              .formatted(b.position(), type, version, length);
        }
        if (b.remaining() < 5 + length) {
          break;
        }
        b.position(b.position() + 5 + length);
      }
      return "";
    }
  }
}

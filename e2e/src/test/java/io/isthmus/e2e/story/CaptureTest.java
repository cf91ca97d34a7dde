package io.isthmus.e2e.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CaptureTest {
  private static final byte[] RECORD = HexFormat.of().parseHex("1703030004aabbccdd");

  @TempDir Path directory;

  @Test
  void recordsOfTlsAreNoViolation() throws IOException {
    Capture capture =
        Capture.read(pcap(List.of(syn(99), segment(100, RECORD), segment(109, RECORD))));

    assertThat(capture.streams()).isEqualTo(1);
    assertThat(capture.violations()).isEmpty();
  }

  @Test
  void plainHttpIsAViolation() throws IOException {
    byte[] http = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    assertThat(Capture.read(pcap(List.of(syn(99), segment(100, http)))).violations())
        .singleElement()
        .asString()
        .contains("at byte 0", "type 71");
  }

  @Test
  void plainTextBehindARecordIsAViolationToo() throws IOException {
    byte[] text = "hello from east".getBytes(StandardCharsets.US_ASCII);

    assertThat(
            Capture.read(pcap(List.of(syn(99), segment(100, RECORD), segment(109, text))))
                .violations())
        .singleElement()
        .asString()
        .contains("at byte 9");
  }

  @Test
  void aRetransmissionIsPassedOver() throws IOException {
    Capture capture =
        Capture.read(
            pcap(
                List.of(
                    syn(99), segment(100, RECORD), segment(100, RECORD), segment(109, RECORD))));

    assertThat(capture.violations()).isEmpty();
  }

  private static byte[] syn(int sequence) {
    return packet(sequence, 0x02, new byte[0]);
  }

  private static byte[] segment(int sequence, byte[] payload) {
    return packet(sequence, 0x18, payload);
  }

  private static byte[] packet(int sequence, int flags, byte[] payload) {
    ByteBuffer b = ByteBuffer.allocate(14 + 40 + payload.length);
    b.position(14);
    b.put((byte) 0x45).put((byte) 0).putShort((short) (40 + payload.length)).position(14 + 12);
    b.putInt(0x0a000001).putInt(0x0a000002);
    b.putShort((short) 40000).putShort((short) 15008).putInt(sequence).putInt(0);
    b.put((byte) 0x50).put((byte) flags).putShort((short) 0).putInt(0).put(payload);
    return b.array();
  }

  private Path pcap(List<byte[]> packets) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    b.position(24);
    for (byte[] packet : packets) {
      b.putInt(0).putInt(0).putInt(packet.length).putInt(packet.length).put(packet);
    }
    byte[] bytes = new byte[b.position()];
    b.get(0, bytes);
    return Files.write(directory.resolve("test.pcap"), bytes);
  }
}

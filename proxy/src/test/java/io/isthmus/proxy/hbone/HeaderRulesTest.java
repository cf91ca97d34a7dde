package io.isthmus.proxy.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {

  private static final String[] CONNECT = {":method", "CONNECT", ":authority", "10.0.0.1:80"};

  /** Well-formed requests that are no tunnel. */
  static Stream<List<String>> notTunnels() {
    return Stream.of(
        List.of(":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a:80"),
        List.of(":method", "CONNECT", ":authority", "a:80", ":path", "/"),
        List.of(":method", "CONNECT", ":authority", "a:80", ":scheme", "https"),
        List.of(":method", "CONNECT", ":authority", "a:80", ":protocol", "websocket"),
        List.of(":method", "CONNECT", ":authority", "a:80", ":status", "200"),
        List.of(":method", "CONNECT", ":authority", "a:80", "content-length", "3"),
        List.of(":method", "CONNECT", ":authority", "a:80", "host", "b:80"),
        List.of(":method", "CONNECT"),
        List.of(":authority", "a:80"),
        List.of("baggage", "a=b"));
  }

  @ParameterizedTest
  @MethodSource("notTunnels")
  void answersWhatIsNoTunnelWith400AndAReset(List<String> request) {
    RawPeer peer = RawPeer.ofServer();

    peer.headers(1, request.toArray(new String[0])).send();

    List<SentFrame> frames = peer.frames();
    assertThat(frames.toString()).isEqualTo("[HEADERS 1 END, RST_STREAM 1 PROTOCOL_ERROR]");
    assertThat(peer.status(frames.get(0))).isEqualTo("400");
    assertThat(peer.requests).isEmpty();
    assertThat(peer.connection.activeStreams()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a:",
        ":80",
        "a:0",
        "a:65536",
        "a:+1",
        "a:99999999999",
        "u@a:80",
        "a b:80",
        "[]:80",
        "fd00::1:80",
        "a/b:80",
        "[fd00::1]",
        "a:80:",
        "ä:80"
      })
  void answersAnAuthorityThatIsNoHostAndPortWith400(String authority) {
    RawPeer peer = RawPeer.ofServer();

    peer.headers(1, ":method", "CONNECT", ":authority", authority).send();

    assertThat(peer.status(peer.frames().get(0))).isEqualTo("400");
    assertThat(peer.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.1:80", "[fd00::1]:65535", "hello.shop.svc.cluster.local:1", "a_b-c:443"})
  void takesAddressesAndNames(String authority) {
    RawPeer peer = RawPeer.ofServer();

    peer.headers(1, ":method", "CONNECT", ":authority", authority, "te", "trailers").send();

    assertThat(peer.requests).extracting(ConnectRequest::authority).containsExactly(authority);
  }

  static Stream<List<String>> malformed() {
    return Stream.of(
        List.of("Baggage", "upper case"),
        List.of("bag gage", "white space in the name"),
        List.of("", "no name"),
        List.of("bag\0gage", "NUL in the name"),
        List.of("connection", "close"),
        List.of("proxy-connection", "close"),
        List.of("keep-alive", "3"),
        List.of("transfer-encoding", "chunked"),
        List.of("upgrade", "h2c"),
        List.of("te", "gzip"),
        List.of(":unknown", "x"),
        List.of(":method", "CONNECT"),
        List.of("baggage", "a\r\nb"),
        List.of("baggage", "a\0b"),
        List.of("baggage", " a"),
        List.of("baggage", "a\t"),
        List.of("baggage", "ok", ":path", "/"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void resetsAStreamWithAMalformedHeaderList(List<String> extra) {
    RawPeer peer = RawPeer.ofServer();

    peer.headers(1, Stream.concat(Arrays.stream(CONNECT), extra.stream()).toArray(String[]::new))
        .send();

    assertThat(peer.sent()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    assertThat(peer.requests).isEmpty();
  }

  @Test
  void keepsDecodingAfterAMalformedList() {
    RawPeer peer = RawPeer.ofServer();

    peer.headers(1, ":method", "CONNECT", ":authority", "a:80", "Upper", "new-in-the-table")
        .headers(3, ":method", "CONNECT", ":authority", "a:80", "baggage", "k=v")
        .headers(5, ":method", "CONNECT", ":authority", "a:80", "baggage", "k=v")
        .send();

    assertThat(peer.requests).hasSize(2).allSatisfy(request -> assertBaggage(request));
  }

  private static void assertBaggage(ConnectRequest request) {
    assertThat(request.headers()).containsEntry("baggage", "k=v");
  }

  @Test
  void answersAHeaderListOverTheBoundWith431() {
    RawPeer peer = RawPeer.ofServer();
    // Repeats of one field cost one byte each on the wire and their full size in the list.
    String[] repeated = new String[4 + 2 * 100];
    System.arraycopy(CONNECT, 0, repeated, 0, 4);
    for (int i = 4; i < repeated.length; i += 2) {
      repeated[i] = "baggage";
      repeated[i + 1] = "a".repeat(200);
    }

    peer.headers(1, repeated).connect(3).send();

    List<SentFrame> frames = peer.frames();
    assertThat(peer.status(frames.get(0))).isEqualTo("431");
    assertThat(frames.toString()).contains("RST_STREAM 1 NO_ERROR", "HEADERS 3");
    assertThat(peer.requests).hasSize(1);
  }

  @Test
  void endsTheConnectionOnABlockThatDoesNotDecode() {
    RawPeer peer = RawPeer.ofServer();

    peer.frame(Frame.HEADERS, Frame.END_HEADERS, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff).send();

    assertThat(peer.sent()).containsExactly("GOAWAY 0 COMPRESSION_ERROR");
  }

  @Test
  void joinsContinuations() {
    RawPeer peer = RawPeer.ofServer();
    byte[] block = peer.block(":method", "CONNECT", ":authority", "a:80", "baggage", "k=v");

    peer.frame(Frame.HEADERS, 0, 1, Arrays.copyOfRange(block, 0, 3))
        .frame(Frame.CONTINUATION, 0, 1, Arrays.copyOfRange(block, 3, 7))
        .frame(Frame.CONTINUATION, Frame.END_HEADERS, 1, Arrays.copyOfRange(block, 7, block.length))
        .sendByteByByte();

    assertThat(peer.requests).hasSize(1);
  }

  @Test
  void boundsTheNumberOfContinuations() {
    RawPeer peer = RawPeer.ofServer();

    peer.frame(Frame.HEADERS, 0, 1);
    for (int i = 0; i <= HeaderBlock.MAX_CONTINUATIONS; i++) {
      peer.frame(Frame.CONTINUATION, 0, 1);
    }
    peer.send();

    assertThat(peer.sent()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
  }

  @Test
  void boundsTheBytesOfABlock() {
    RawPeer peer = RawPeer.ofServer();

    peer.frame(Frame.HEADERS, 0, 1, new byte[10_000])
        .frame(Frame.CONTINUATION, 0, 1, new byte[10_000])
        .send();

    assertThat(peer.sent()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
  }

  @Test
  void boundsTheBytesOfASingleHeadersFrame() {
    RawPeer peer = RawPeer.ofServer();

    peer.frameOfLength(60_000, Frame.HEADERS, Frame.END_HEADERS, 1).send();

    assertThat(peer.sent()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
  }

  @ParameterizedTest
  @ValueSource(ints = {Frame.DATA, Frame.HEADERS, Frame.PING, Frame.SETTINGS, 0x77})
  void takesNoOtherFrameInsideABlock(int type) {
    RawPeer peer = RawPeer.ofServer();

    peer.connect(1).frame(Frame.HEADERS, 0, 3).frame(type, 0, type < 2 ? 1 : 0).send();

    assertThat(peer.sent()).contains("GOAWAY 1 PROTOCOL_ERROR");
  }

  @Test
  void takesNoContinuationOfAnotherStreamOrOfNone() {
    RawPeer other = RawPeer.ofServer();
    other.frame(Frame.HEADERS, 0, 1).frame(Frame.CONTINUATION, Frame.END_HEADERS, 3).send();
    assertThat(other.sent()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");

    RawPeer none = RawPeer.ofServer();
    none.frame(Frame.CONTINUATION, Frame.END_HEADERS, 1).send();
    assertThat(none.sent()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");
  }

  @Test
  void readsPaddedHeadersWithPriority() {
    RawPeer peer = RawPeer.ofServer();
    byte[] block = peer.block(CONNECT);
    byte[] payload = new byte[1 + 5 + block.length + 7];
    payload[0] = 7;
    System.arraycopy(block, 0, payload, 6, block.length);

    peer.frame(Frame.HEADERS, Frame.END_HEADERS | Frame.PADDED | Frame.WITH_PRIORITY, 1, payload)
        .send();

    assertThat(peer.requests).hasSize(1);
  }

  @Test
  void refusesPaddingLongerThanTheFrame() {
    RawPeer headers = RawPeer.ofServer();
    headers.frame(Frame.HEADERS, Frame.END_HEADERS | Frame.PADDED, 1, (byte) 9, (byte) 0).send();
    assertThat(headers.sent()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");

    RawPeer data = RawPeer.ofServer();
    data.connect(1).frame(Frame.DATA, Frame.PADDED, 1, (byte) 2, (byte) 0).send();
    assertThat(data.sent()).contains("GOAWAY 1 PROTOCOL_ERROR");
  }

  @Test
  void refusesTrailers() {
    RawPeer server = RawPeer.ofServer();
    server.connect(1).headersWith(Frame.END_HEADERS | Frame.END_STREAM, 1, "a", "b").send();
    assertThat(server.sent()).contains("RST_STREAM 1 PROTOCOL_ERROR");

    RawPeer client = RawPeer.ofClient();
    RecordingListener tunnel = client.open();
    client.response(1, "200").response(1, "200").send();
    assertThat(client.sent()).contains("RST_STREAM 1 PROTOCOL_ERROR");
    assertThat(tunnel.events.getLast()).contains("HEADERS after the response of a tunnel");
  }

  static Stream<List<String>> badResponses() {
    return Stream.of(
        List.of("a", "b"),
        List.of(":status", "20"),
        List.of(":status", "2x0"),
        List.of(":status", "099"),
        List.of(":status", "101"),
        List.of(":status", "200", ":path", "/"),
        List.of(":status", "200", "connection", "close"));
  }

  @ParameterizedTest
  @MethodSource("badResponses")
  void resetsAStreamWithAMalformedResponse(List<String> response) {
    RawPeer peer = RawPeer.ofClient();
    RecordingListener tunnel = peer.open();
    peer.sent();

    peer.headers(1, response.toArray(new String[0])).send();

    assertThat(peer.sent()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    assertThat(tunnel.status).isZero();
  }

  @Test
  void skipsInformationalResponses() {
    RawPeer peer = RawPeer.ofClient();
    RecordingListener tunnel = peer.open();

    peer.response(1, "103").response(1, "200").send();

    assertThat(tunnel.events).containsExactly("response 200");
  }
}

package io.isthmus.proxy.hbone;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The other end of a connection under test, byte by byte: it sends any frame, also forbidden ones,
 * and reads what came back.
 */
final class RawPeer {

  final EmbeddedChannel channel = new EmbeddedChannel();
  final HboneConnection connection;
  final RecordingConnection events;
  final List<RecordingListener> accepted = new ArrayList<>();
  final List<ConnectRequest> requests = new ArrayList<>();

  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final ByteBuf out = Unpooled.buffer();

  private RawPeer(Role role, HboneSettings settings, Consumer<TunnelStream> onConnect) {
    events = new RecordingConnection();
    connection =
        switch (role) {
          case SERVER ->
              HboneConnection.server(
                  settings,
                  (stream, request) -> {
                    RecordingListener listener = RecordingListener.holding();
                    listener.stream = stream;
                    accepted.add(listener);
                    requests.add(request);
                    onConnect.accept(stream);
                    return listener;
                  },
                  events);
          case CLIENT -> HboneConnection.client(settings, events);
        };
    channel.freezeTime();
    channel.pipeline().addLast(new Unread()).addLast(connection);
    channel.runPendingTasks();
  }

  /** A client facing our server; the preface and SETTINGS are exchanged. */
  static RawPeer ofServer(HboneSettings settings, Consumer<TunnelStream> onConnect) {
    RawPeer peer = new RawPeer(Role.SERVER, settings, onConnect);
    peer.out.writeBytes(FrameReader.PREFACE);
    peer.shakeHands();
    return peer;
  }

  static RawPeer ofServer(HboneSettings settings) {
    return ofServer(settings, stream -> stream.respond(200));
  }

  static RawPeer ofServer() {
    return ofServer(HboneSettings.forServer());
  }

  /** A client that has sent nothing yet. */
  static RawPeer silentClient() {
    return new RawPeer(Role.SERVER, HboneSettings.forServer(), stream -> stream.respond(200));
  }

  /** A server facing our client; SETTINGS are exchanged. */
  static RawPeer ofClient(HboneSettings settings) {
    RawPeer peer = new RawPeer(Role.CLIENT, settings, stream -> {});
    peer.read(FrameReader.PREFACE.length);
    peer.shakeHands();
    return peer;
  }

  static RawPeer ofClient() {
    return ofClient(HboneSettings.forClient());
  }

  private void shakeHands() {
    settings();
    frame(Frame.SETTINGS, Frame.ACK, 0);
    send();
    sent();
  }

  /** Most tests end with frames that nobody has read: as copies on the heap they are no leak. */
  private static final class Unread extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      ByteBuf sent = (ByteBuf) message;
      ByteBuf copy = Unpooled.copiedBuffer(sent);
      sent.release();
      context.write(copy, promise);
    }
  }

  // ---- building frames

  RawPeer bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  RawPeer frame(int type, int flags, int streamId, byte... payload) {
    return frameOfLength(payload.length, type, flags, streamId, payload);
  }

  RawPeer frameOfLength(int length, int type, int flags, int streamId, byte... payload) {
    out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(streamId);
    out.writeBytes(payload);
    return this;
  }

  RawPeer data(int streamId, int length) {
    return frame(Frame.DATA, 0, streamId, new byte[length]);
  }

  RawPeer data(int streamId, String text) {
    return frame(Frame.DATA, 0, streamId, text.getBytes(US_ASCII));
  }

  RawPeer end(int streamId) {
    return frame(Frame.DATA, Frame.END_STREAM, streamId);
  }

  RawPeer reset(int streamId, ErrorCode code) {
    return word(Frame.RST_STREAM, streamId, code.wire());
  }

  RawPeer credit(int streamId, int increment) {
    return word(Frame.WINDOW_UPDATE, streamId, increment);
  }

  RawPeer word(int type, int streamId, int value) {
    return frame(type, 0, streamId, Unpooled.copyInt(value).array());
  }

  RawPeer settings(int... pairs) {
    ByteBuf payload = Unpooled.buffer();
    for (int i = 0; i < pairs.length; i += 2) {
      payload.writeShort(pairs[i]).writeInt(pairs[i + 1]);
    }
    return frame(Frame.SETTINGS, 0, 0, Arrays.copyOf(payload.array(), payload.readableBytes()));
  }

  RawPeer ping(int flags, long value) {
    return frame(Frame.PING, flags, 0, Unpooled.copyLong(value).array());
  }

  RawPeer goAway(int lastStreamId, ErrorCode code) {
    return frame(Frame.GOAWAY, 0, 0, Unpooled.copyInt(lastStreamId, code.wire()).array());
  }

  RawPeer connect(int streamId) {
    return headers(streamId, ":method", "CONNECT", ":authority", "10.0.0.1:8080");
  }

  RawPeer response(int streamId, String status) {
    return headers(streamId, ":status", status);
  }

  RawPeer headers(int streamId, String... pairs) {
    return headersWith(Frame.END_HEADERS, streamId, pairs);
  }

  RawPeer headersWith(int flags, int streamId, String... pairs) {
    return frame(Frame.HEADERS, flags, streamId, block(pairs));
  }

  /** Encodes in exactly this order, whatever the rules say. */
  byte[] block(String... pairs) {
    ByteBuf payload = Unpooled.buffer();
    try {
      AsciiString[] rest = new AsciiString[pairs.length];
      for (int i = 0; i < pairs.length; i++) {
        rest[i] = AsciiString.of(pairs[i]);
      }
      Http2Headers headers = ReadOnlyHttp2Headers.trailers(false, rest);
      encoder.encodeHeaders(1, headers, payload);
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
    return Arrays.copyOf(payload.array(), payload.readableBytes());
  }

  // ---- exchanging

  /** Sends what was built, in one piece. */
  RawPeer send() {
    channel.writeInbound(out.readRetainedSlice(out.readableBytes()).copy());
    out.clear();
    channel.runPendingTasks();
    return this;
  }

  /** Sends what was built, byte by byte. */
  RawPeer sendByteByByte() {
    while (out.isReadable()) {
      channel.writeInbound(Unpooled.buffer(1).writeByte(out.readByte()));
    }
    out.clear();
    channel.runPendingTasks();
    return this;
  }

  /** Lets time pass, and what is due happen. */
  void advance(Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  /** All frames that came back since the last call. */
  List<SentFrame> frames() {
    channel.runPendingTasks();
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    return SentFrame.parse(all);
  }

  List<String> sent() {
    return frames().stream().map(SentFrame::toString).toList();
  }

  /** The status of a HEADERS frame that came back. */
  String status(SentFrame frame) {
    try {
      Http2Headers headers =
          decoder.decodeHeaders(frame.streamId(), Unpooled.wrappedBuffer(frame.payload()));
      return String.valueOf(headers.status());
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
  }

  RecordingListener open() {
    RecordingListener listener = RecordingListener.holding();
    listener.stream = connection.open(new ConnectRequest("10.0.0.1:8080"), listener);
    return listener;
  }

  private void read(int count) {
    ByteBuf first = channel.readOutbound();
    first.skipBytes(count);
    first.release();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      part.release();
    }
  }
}

package io.isthmus.proxy.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/**
 * A client and a server back to back, and random interleavings of everything that moves credit.
 * Whatever happens, no credit is lost or made, bytes arrive in order, and no buffer leaks.
 */
class CreditProperties {

  private enum Kind {
    OPEN,
    ANSWER,
    REFUSE,
    WRITE,
    WRITE_AGAIN,
    CONSUME,
    END,
    RESET,
    RESIZE,
    CLOG,
    UNCLOG,
    CARRY,
    CARRY_ALL
  }

  private record Step(Kind kind, int side, int stream, int amount) {}

  @Property(tries = 2000, shrinking = ShrinkingMode.BOUNDED)
  void conservesCreditInEveryInterleaving(@ForAll("steps") List<Step> steps) {
    Pair pair = new Pair();
    for (Step step : steps) {
      pair.apply(step);
    }
    pair.settle();
    pair.checkWindowsAgree();
    pair.finishAll();
    pair.checkAllCreditIsBack();
    pair.closeAndCheckLeaks();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, 1),
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers().between(1, 80_000))
        .as(Step::new)
        .list()
        .ofMinSize(10)
        .ofMaxSize(120);
  }

  /** One end of one stream as its app sees it. */
  private static final class App implements StreamListener {

    private final Side side;
    private @Nullable TunnelStream stream;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int held;
    private boolean answered;
    private boolean ended;
    private boolean remoteEnded;
    private @Nullable StreamEnd end;

    private App(Side side) {
      this.side = side;
    }

    private TunnelStream stream() {
      if (stream == null) {
        throw new AssertionError("no stream");
      }
      return stream;
    }

    private void write(int size) {
      if (end != null || ended) {
        return;
      }
      ByteBuf data = side.alloc.buffer(size);
      for (int i = 0; i < size; i++) {
        int value = (written.size() * 31 + stream().id()) & 0xff;
        written.write(value);
        data.writeByte(value);
      }
      stream().write(data);
    }

    private void consume(int most) {
      int count = Math.min(most, held);
      if (end == null) {
        held -= count;
        stream().consumed(count);
      }
    }

    private void end() {
      ended = true;
      stream().end();
    }

    @Override
    public void onResponse(int status, Http2Headers headers) {
      answered = true;
    }

    @Override
    public void onData(ByteBuf data) {
      assertThat(end).isNull();
      assertThat(remoteEnded).isFalse();
      byte[] bytes = new byte[data.readableBytes()];
      data.readBytes(bytes);
      data.release();
      received.writeBytes(bytes);
      held += bytes.length;
    }

    @Override
    public void onReadComplete() {
      assertThat(end).isNull();
    }

    @Override
    public void onRemoteEnd() {
      assertThat(remoteEnded).isFalse();
      remoteEnded = true;
    }

    @Override
    public void onWritabilityChanged() {
      assertThat(end).isNull();
    }

    @Override
    public void onClosed(StreamEnd newEnd) {
      assertThat(end).isNull();
      end = newEnd;
    }
  }

  /** One end of the connection. */
  private static final class Side {

    private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final RecordingConnection events = new RecordingConnection();
    private final HboneConnection connection;
    private final List<App> apps = new ArrayList<>();

    private Side(Role role) {
      HboneSettings settings = HboneSettings.forServer().withWindows(30_000, 70_000);
      connection =
          switch (role) {
            case CLIENT -> HboneConnection.client(settings, events);
            case SERVER ->
                HboneConnection.server(
                    settings,
                    (stream, request) -> {
                      App app = new App(this);
                      app.stream = stream;
                      apps.add(app);
                      return app;
                    },
                    events);
          };
      channel.freezeTime();
      channel.config().setAllocator(alloc);
      channel.pipeline().addLast(connection);
      channel.runPendingTasks();
    }

    private Session session() {
      Session session = connection.session();
      if (session == null) {
        throw new AssertionError("not started");
      }
      return session;
    }

    private void writable(boolean writable) {
      channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
      channel.runPendingTasks();
    }
  }

  private static final class Pair {

    private final Side client = new Side(Role.CLIENT);
    private final Side server = new Side(Role.SERVER);
    private final Side[] sides = {client, server};

    private void apply(Step step) {
      Side side = sides[step.side];
      switch (step.kind) {
        case OPEN -> open();
        case CARRY -> carry(side, step.amount);
        case CARRY_ALL -> {
          carry(client, Integer.MAX_VALUE);
          carry(server, Integer.MAX_VALUE);
        }
        case CLOG -> side.writable(false);
        case UNCLOG -> side.writable(true);
        case RESIZE -> side.connection.resizeStreamWindow(Math.clamp(step.amount, 500, 70_000));
        case ANSWER, REFUSE, WRITE, WRITE_AGAIN, CONSUME, END, RESET -> {
          Side at = step.kind == Kind.ANSWER || step.kind == Kind.REFUSE ? server : side;
          if (step.stream < at.apps.size()) {
            applyTo(at.apps.get(at.apps.size() - 1 - step.stream), step);
          }
        }
      }
      client.channel.runPendingTasks();
      server.channel.runPendingTasks();
    }

    private void applyTo(App app, Step step) {
      switch (step.kind) {
        case ANSWER -> answer(app, 200);
        case REFUSE -> answer(app, 503);
        case WRITE, WRITE_AGAIN -> app.write(step.amount / 4 + 1);
        case CONSUME -> app.consume(step.amount);
        case END -> app.end();
        case RESET -> app.stream().reset(ErrorCode.CANCEL);
        case OPEN, RESIZE, CLOG, UNCLOG, CARRY, CARRY_ALL -> throw new AssertionError(step);
      }
    }

    private void open() {
      if (client.connection.canOpen()) {
        App app = new App(client);
        client.apps.add(app);
        app.stream = client.connection.open(new ConnectRequest("10.0.0.1:80"), app);
      }
    }

    private static void answer(App app, int status) {
      if (!app.answered && app.end == null) {
        app.answered = true;
        app.stream().respond(status);
      }
    }

    /** Moves up to {@code most} bytes to the other side. */
    private boolean carry(Side from, int most) {
      Side to = from == client ? server : client;
      List<ByteBuf> backlog = backlogs.get(from == client ? 0 : 1);
      for (ByteBuf out = from.channel.readOutbound();
          out != null;
          out = from.channel.readOutbound()) {
        backlog.add(out);
      }
      int left = most;
      boolean moved = false;
      while (left > 0 && !backlog.isEmpty()) {
        ByteBuf head = backlog.get(0);
        int count = Math.min(left, head.readableBytes());
        ByteBuf copy = to.alloc.buffer(Math.max(1, count)).writeBytes(head, count);
        if (!head.isReadable()) {
          backlog.remove(0).release();
        }
        left -= count;
        moved = true;
        to.channel.writeInbound(copy);
        to.channel.runPendingTasks();
      }
      return moved;
    }

    private final List<List<ByteBuf>> backlogs = List.of(new ArrayList<>(), new ArrayList<>());

    /** Carries until nothing moves. */
    private void settle() {
      client.writable(true);
      server.writable(true);
      boolean moved = true;
      while (moved) {
        moved = carry(client, Integer.MAX_VALUE) | carry(server, Integer.MAX_VALUE);
      }
      assertThat(client.events.end).isNull();
      assertThat(server.events.end).isNull();
    }

    /** What one side may send is what the other side expects, stream by stream. */
    private void checkWindowsAgree() {
      for (Side from : sides) {
        Side to = from == client ? server : client;
        assertThat(from.session().sendWindow().available())
            .isEqualTo(to.session().receiveWindow().left());
        for (HboneStream stream : from.session().streams().snapshot()) {
          HboneStream other = to.session().streams().get(stream.id());
          assertThat(other).isNotNull();
          if (other != null && !other.isRemoteEnded()) {
            assertThat(stream.sendWindow().available()).isEqualTo(other.receiveWindow().left());
          }
        }
        int held = 0;
        for (App app : to.apps) {
          held += app.end == null ? app.held : 0;
        }
        assertThat(to.session().receiveWindow().outstanding()).isEqualTo(held);
      }
    }

    /** Answers, consumes and ends whatever is still open. */
    private void finishAll() {
      server.apps.forEach(app -> answer(app, 200));
      settle();
      for (int round = 0; round < 10_000 && isBusy(); round++) {
        for (Side side : sides) {
          for (App app : side.apps) {
            app.consume(Integer.MAX_VALUE);
            if (app.end == null && !app.ended) {
              app.end();
            }
          }
          side.channel.runPendingTasks();
        }
        settle();
      }
      for (int i = 0; i < client.apps.size(); i++) {
        checkBytes(client.apps.get(i));
      }
    }

    private boolean isBusy() {
      return client.connection.activeStreams() + server.connection.activeStreams() > 0;
    }

    private void checkBytes(App app) {
      assertThat(app.end).isNotNull();
      for (App other : server.apps) {
        if (other.stream().id() == app.stream().id()) {
          assertThat(other.end).isNotNull();
          boolean refused = !(app.answered && other.answered);
          checkBytes(app, other, refused);
          checkBytes(other, app, refused);
        }
      }
    }

    private static void checkBytes(App from, App to, boolean partial) {
      byte[] written = from.written.toByteArray();
      byte[] received = to.received.toByteArray();
      assertThat(received.length).isLessThanOrEqualTo(written.length);
      assertThat(Arrays.equals(received, Arrays.copyOf(written, received.length))).isTrue();
      if (!partial && to.remoteEnded) {
        assertThat(received).hasSameSizeAs(written);
      }
    }

    private void checkAllCreditIsBack() {
      assertThat(isBusy()).isFalse();
      for (Side side : sides) {
        assertThat(side.session().receiveWindow().outstanding()).isZero();
        assertThat(side.events.active).isZero();
      }
      checkWindowsAgree();
    }

    private void closeAndCheckLeaks() {
      for (Side side : sides) {
        side.channel.finishAndReleaseAll();
      }
      for (Side side : sides) {
        assertThat(side.events.end).isNotNull();
        assertThat(side.alloc.metric().usedHeapMemory()).isZero();
        assertThat(side.alloc.metric().usedDirectMemory()).isZero();
      }
    }
  }
}

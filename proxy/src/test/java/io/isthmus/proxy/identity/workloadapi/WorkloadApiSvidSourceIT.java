package io.isthmus.proxy.identity.workloadapi;

import static io.isthmus.proxy.identity.workloadapi.FakeAgent.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.Status;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.spiffe.workloadapi.X509SVIDResponse;

/** The source against an agent that is restarted, refuses, and says what it should not. */
final class WorkloadApiSvidSourceIT {
  private static final WorkloadApiTiming QUICK =
      new WorkloadApiTiming(
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          Duration.ofSeconds(30),
          Duration.ofMillis(50),
          new WorkloadApiTiming.Ping(Duration.ofMillis(1), Duration.ofMillis(200)));

  @TempDir Path directory;

  private final TestCa west = TestCa.create("west.demo");
  private final Svid first = west.svid("shop", "web");
  private final Svid second = west.svid("shop", "web");
  private final List<Svid> heard = new CopyOnWriteArrayList<>();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @SuppressWarnings("NullAway.Init")
  private FakeAgent agent;

  @SuppressWarnings("NullAway.Init")
  private WorkloadApiSvidSource source;

  @BeforeEach
  void prepare() {
    agent = new FakeAgent(directory.resolve("agent.sock"));
  }

  @AfterEach
  void stop() throws Exception {
    source.close();
    agent.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }

  private void follow() {
    follow(QUICK, Clock.systemUTC());
  }

  private void follow(WorkloadApiTiming timing, InstantSource clock) {
    source =
        new WorkloadApiSvidSource(
            new Agent(agent.socket, loops.next()),
            new Answer(west.id("shop", "web"), clock),
            timing);
    source.subscribe(heard::add);
    source.start();
  }

  private X509SVIDResponse of(Svid svid) {
    return message(FakeAgent.svid(svid, west.bundle()));
  }

  private void awaitCurrent(Svid svid) {
    await().untilAsserted(() -> assertThat(source.current()).contains(svid));
    assertThat(source.trouble()).isEmpty();
  }

  private void awaitTrouble(String reason) {
    await().untilAsserted(() -> assertThat(source.trouble().orElse("none")).contains(reason));
  }

  @Test
  void isCertifiedByTheAgent() throws Exception {
    agent.say(of(first));
    agent.start();
    follow();
    awaitCurrent(first);
    assertThat(heard).containsExactly(first);
    assertThat(source.failures()).isZero();
  }

  @Test
  void takesWhatALaterMessageSaysOnTheSameStream() throws Exception {
    agent.say(of(first));
    agent.start();
    follow();
    awaitCurrent(first);
    agent.say(of(second));
    awaitCurrent(second);
    assertThat(heard).containsExactly(first, second);
    assertThat(agent.requests).hasValue(1);
  }

  @Test
  void tellsNobodyOfTheSameSvidAgain() throws Exception {
    agent.say(of(first));
    agent.start();
    follow();
    awaitCurrent(first);
    agent.say(of(first));
    agent.say(of(second));
    awaitCurrent(second);
    assertThat(heard).containsExactly(first, second);
  }

  @Test
  void waitsForASocketThatAppearsLater() throws Exception {
    agent.say(of(first));
    follow();
    awaitTrouble("workload-api-socket " + agent.socket + " does not exist: expected the socket");
    await().until(() -> source.failures() >= 2);
    agent.start();
    awaitCurrent(first);
  }

  @Test
  void waitsForAnAgentThatIsNotThereBehindItsSocket() throws Exception {
    try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      gone.bind(UnixDomainSocketAddress.of(agent.socket));
    }
    agent.say(of(first));
    follow();
    awaitTrouble("cannot be reached (UNAVAILABLE");
    Files.delete(agent.socket);
    agent.start();
    awaitCurrent(first);
  }

  @Test
  void doesNotAskAtTheSocketOfAnotherUser() throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "only root gives files away");
    agent.say(of(first));
    agent.start();
    Files.setAttribute(agent.socket, "unix:uid", 65534);
    follow();
    awaitTrouble("agent.sock is owned by uid 65534: expected root or uid 0");
    await().until(() -> source.failures() >= 3);
    assertThat(agent.requests).hasValue(0);
    Files.setAttribute(agent.socket, "unix:uid", 0);
    awaitCurrent(first);
  }

  @Test
  void asksAgainAfterPermissionDenied() throws Exception {
    agent.refuse(Status.PERMISSION_DENIED.withDescription("no identity issued"));
    agent.start();
    follow();
    awaitTrouble(
        "answers PERMISSION_DENIED: no identity issued; check that a registration entry selects");
    await().until(() -> agent.requests.get() >= 3);
    agent.say(of(first));
    awaitCurrent(first);
  }

  @Test
  void neverAsksAgainAfterInvalidArgument() throws Exception {
    agent.refuse(Status.INVALID_ARGUMENT.withDescription("no such thing"));
    agent.start();
    follow();
    awaitTrouble("INVALID_ARGUMENT: no such thing: not asked again");
    agent.say(of(first));
    // eight times the longest delay
    await().during(Duration.ofMillis(800)).until(() -> agent.requests.get() == 1);
    assertThat(source.current()).isEmpty();
    assertThat(source.failures()).isEqualTo(1);
  }

  @Test
  void keepsItsSvidWhileTheAgentRestartsAndTakesTheNewOne() throws Exception {
    agent.say(of(first));
    agent.start();
    follow();
    awaitCurrent(first);
    agent.stop();
    awaitTrouble("agent.sock");
    assertThat(source.current()).contains(first);
    agent.say(of(second));
    agent.start();
    awaitCurrent(second);
    assertThat(heard).containsExactly(first, second);
  }

  @Test
  void opensAnotherStreamWhenTheAgentEndsOne() throws Exception {
    agent.say(of(first));
    agent.start();
    follow();
    awaitCurrent(first);
    agent.endStreams();
    await().until(() -> agent.requests.get() == 2 && agent.streams() == 1);
    assertThat(source.failures()).isEqualTo(1);
    agent.say(of(second));
    awaitCurrent(second);
  }

  @Test
  void keepsTheLastGoodSvidThroughBadMessagesOfTheSameStream() throws Exception {
    agent.say(of(first));
    agent.start();
    follow();
    awaitCurrent(first);
    agent.say(message());
    awaitTrouble("refused: no SVID in the message");
    agent.say(of(west.svid("shop", "admin")));
    awaitTrouble("refused: SVIDs of spiffe://west.demo/ns/shop/sa/admin: expected one of");
    assertThat(source.failures()).isEqualTo(2);
    assertThat(source.current()).contains(first);
    agent.say(of(second));
    awaitCurrent(second);
    assertThat(agent.requests).hasValue(1);
  }

  @Test
  void countsARefusedMessageOnceAndTakesItWhenTheClockHasCaughtUp() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now().minusSeconds(3600));
    agent.say(of(first));
    agent.start();
    follow(QUICK, now::get);
    awaitTrouble("is valid from");
    await().during(Duration.ofMillis(300)).until(() -> source.failures() == 1);
    now.set(Instant.now());
    awaitCurrent(first);
    assertThat(agent.requests).hasValue(1);
  }

  @Test
  void leavesAnAgentThatSaysNothing() throws Exception {
    agent.start(); // accepts, and has no message
    follow(
        new WorkloadApiTiming(
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(50),
            QUICK.ping()),
        Clock.systemUTC());
    awaitTrouble("has said nothing for 200 ms");
    await().until(() -> agent.requests.get() >= 2);
    agent.say(of(first));
    awaitCurrent(first);
  }

  /** Takes the 10 s that gRPC waits at least before it pings. */
  @Test
  void leavesAnAgentThatHangsAfterItsFirstMessage() throws Exception {
    agent.say(of(first));
    agent.start();
    follow();
    awaitCurrent(first);
    Svid second = west.svid("shop", "web");
    try (FakeAgent.Hanging _ = agent.hangs()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(source.failures()).isPositive());
      assertThat(source.current()).contains(first);
    }
    agent.say(of(second));
    awaitCurrent(second);
  }

  @Test
  void endsItsStreamWhenClosed() throws Exception {
    agent.say(of(first));
    agent.start();
    follow();
    awaitCurrent(first);
    source.close();
    await().until(() -> agent.streams() == 0);
  }
}

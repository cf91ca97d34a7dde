package io.isthmus.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlPlaneSvidSourceIT {
  private static final Clock CLOCK = Clock.systemUTC();

  /** Each double is 0.5. */
  private static final RandomGenerator HALF_WAY = () -> Long.MIN_VALUE;

  @TempDir Path directory;
  private final TestCa west = TestCa.create("west.demo");

  @SuppressWarnings("NullAway.Init")
  private FakeControlPlane control;

  @SuppressWarnings("NullAway.Init")
  private ControlPlaneConnector connector;

  @SuppressWarnings("NullAway.Init")
  private ControlPlaneSvidSource source;

  private final List<Svid> heard = new CopyOnWriteArrayList<>();

  @BeforeEach
  void prepare() throws IOException {
    control = new FakeControlPlane(west, directory);
  }

  @AfterEach
  void stop() throws InterruptedException {
    source.close();
    connector.close();
    control.close();
  }

  private void follow() {
    connector = new ControlPlaneConnector(control.address(), CLOCK);
    source =
        new ControlPlaneSvidSource(
            connector, west.id("shop", "web"), new ControlPlaneSvidSource.Timing(CLOCK, HALF_WAY));
    source.subscribe(heard::add);
    source.start();
  }

  @Test
  void isCertifiedByToken() throws IOException {
    control.start();
    follow();
    await().until(() -> source.current().isPresent());
    assertThat(source.current().orElseThrow().id()).isEqualTo(west.id("shop", "web"));
    assertThat(heard).hasSize(1);
  }

  @Test
  void renewsAtHalfLifeWithANewKey() throws IOException {
    control.lifetime = Duration.ofSeconds(2);
    control.start();
    follow();
    await().until(() -> heard.size() >= 2);
    assertThat(heard.get(0).leaf().getPublicKey()).isNotEqualTo(heard.get(1).leaf().getPublicKey());
  }

  @Test
  void refusesAnAnswerWithAnotherId() throws IOException {
    control.certifies = west.id("shop", "admin");
    control.start();
    follow();
    await().until(() -> control.requests.get() >= 2);
    assertThat(source.current()).isEmpty();
    control.certifies = west.id("shop", "web");
    await().until(() -> source.current().isPresent());
  }

  @Test
  void refusesAnAnswerUnderAnotherRoot() throws IOException {
    control.issuer = TestCa.create("west.demo");
    control.start();
    follow();
    await().until(() -> control.requests.get() >= 2);
    assertThat(source.current()).isEmpty();
  }

  @Test
  void refusesAControlPlaneOfAnotherIdentity() throws IOException, InterruptedException {
    control.start(west.svid("isthmus-system", "someone-else"));
    follow();
    await().during(Duration.ofMillis(700)).until(() -> control.requests.get() == 0);
    control.stop();
    control.start();
    await().until(() -> source.current().isPresent());
  }

  @Test
  void waitsForATokenThatIsMissingOrWrong() throws IOException {
    control.start();
    control.removeToken();
    follow();
    await().during(Duration.ofMillis(300)).until(() -> control.requests.get() == 0);
    control.writeToken("a token of another audience");
    await().during(Duration.ofMillis(500)).until(() -> control.requests.get() == 0);
    control.writeToken(FakeControlPlane.TOKEN);
    await().until(() -> source.current().isPresent());
  }

  @Test
  void renewsAtAMomentOfTheWindowWhenTold() throws Exception {
    control.start();
    follow();
    await().until(() -> heard.size() == 1);
    Renewal renewal = source.renewal().orElseThrow();
    renewal.within(Duration.ofHours(8)); // half of it is far off
    renewal.within(Duration.ofMillis(20));
    await().until(() -> heard.size() == 2);
    renewal.within(Duration.ofHours(8));
    renewal.within(Duration.ofHours(20)); // what is due earlier stays
    connector.loop().submit(() -> {}).sync();
    assertThat(control.requests).hasValue(2);
  }

  @Test
  void triesAgainWhenARenewalThatItWasToldFails() throws Exception {
    control.start();
    follow();
    await().until(() -> heard.size() == 1);
    control.removeToken();
    source.renewal().orElseThrow().within(Duration.ZERO);
    await().until(() -> source.failures() >= 2);
    assertThat(source.current()).contains(heard.getFirst());
    control.writeToken(FakeControlPlane.TOKEN);
    await().until(() -> heard.size() == 2);
  }
}

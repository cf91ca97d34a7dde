package io.isthmus.mirror.survey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.isthmus.api.link.GatewaySurvey;
import io.isthmus.api.link.GatewaySurvey.Met;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.mirror.probe.GatewayProbe;
import io.isthmus.mirror.probe.PathReport;
import io.isthmus.mirror.probe.ProbeTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SurveyTest {
  private static final TestCa EAST = TestCa.create("east.demo");

  /** Port 1 does not answer, behind port 2 large packets are lost, all else is well. */
  private static final GatewayProbe PROBE =
      new GatewayProbe() {
        @Override
        public CompletableFuture<Duration> probe(ProbeTarget target) {
          assertThat(target.bundle()).isEqualTo(EAST.bundle());
          assertThat(target.gateway())
              .hasToString("spiffe://east.demo/ns/isthmus-system/sa/isthmus-gateway");
          return target.address().port() == 1
              ? CompletableFuture.failedFuture(new IOException("no way"))
              : CompletableFuture.completedFuture(Duration.ofNanos(1_540_000));
        }

        @Override
        public CompletableFuture<PathReport> measure(ProbeTarget target) {
          return switch (target.address().port()) {
            case 1 -> CompletableFuture.failedFuture(new IOException("no way"));
            case 2 ->
                CompletableFuture.completedFuture(
                    new PathReport(Optional.empty(), 1200, Optional.of("1400 bytes are lost")));
            default ->
                CompletableFuture.completedFuture(
                    new PathReport(Optional.empty(), 9000, Optional.empty()));
          };
        }

        @Override
        public void close() {}
      };

  private static Link link(String... addresses) {
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withName("east").build());
    link.setSpec(LinkSpec.to("east", "east.demo", "link-east"));
    link.setStatus(
        new LinkStatus(
            List.of(),
            List.of(addresses).stream()
                .map(address -> new GatewayStatus(address, "unused", "True"))
                .toList(),
            0,
            0,
            null,
            null));
    return link;
  }

  @Test
  void saysWhatWasMetAtEachAddressTheWorstFirst() {
    GatewaySurvey survey =
        new Survey(PROBE)
            .of(
                List.of(link("192.0.2.1:3", "[2001:db8::1]:1", "192.0.2.1:2")),
                link -> Optional.of(EAST.bundle()));

    assertThat(survey)
        .isEqualTo(
            new GatewaySurvey(
                List.of(
                    new Met(
                        "east",
                        "[2001:db8::1]:1",
                        null,
                        new LinkStatus.Problem("unanswered", "no way"),
                        null),
                    new Met("east", "192.0.2.1:2", "1.5ms", null, "1400 bytes are lost"),
                    new Met("east", "192.0.2.1:3", "1.5ms", null, null)),
                0));
  }

  @Test
  void withoutABundleNothingIsTried() {
    GatewaySurvey survey =
        new Survey(PROBE).of(List.of(link("192.0.2.1:3")), link -> Optional.empty());

    assertThat(survey.gateways()).singleElement().extracting(Met::isWell).isEqualTo(false);
  }

  @Test
  void linkThatNamesNoIdentityHoldsNoOtherUp() {
    Link broken = link("192.0.2.1:3");
    broken.setSpec(LinkSpec.to("east", "not a trust domain", "link-east"));

    GatewaySurvey survey =
        new Survey(PROBE)
            .of(List.of(broken, link("192.0.2.1:4")), link -> Optional.of(EAST.bundle()));

    assertThat(survey.gateways())
        .extracting(Met::address)
        .containsExactly("192.0.2.1:3", "192.0.2.1:4");
    assertThat(survey.gateways().getFirst().problem())
        .isNotNull()
        .extracting(LinkStatus.Problem::reason)
        .isEqualTo("not_tried");
    assertThat(survey.gateways().getLast().isWell()).isTrue();
  }

  @Test
  void linkWithoutAStatusLeadsNowhereYet() {
    Link link = link();
    link.setStatus(null);

    assertThat(new Survey(PROBE).of(List.of(link), none -> Optional.empty()).gateways()).isEmpty();
  }

  @Test
  void leavesOutWhatThereIsNoRoomFor() {
    List<Met> many =
        IntStream.range(0, 100)
            .mapToObj(i -> new Met("east", "192.0.2.1:" + (i + 1), "1.5ms", null, null))
            .toList();

    String text = Survey.text(new GatewaySurvey(many, 0));

    assertThat(text.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(Survey.MOST_BYTES);
    GatewaySurvey read = new KubernetesSerialization().unmarshal(text, GatewaySurvey.class);
    assertThat(read.gateways()).isNotEmpty().isEqualTo(many.subList(0, read.gateways().size()));
    assertThat(read.leftOut()).isEqualTo(100 - read.gateways().size());
  }
}

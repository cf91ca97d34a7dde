package io.isthmus.mirror.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.isthmus.mirror.names.MirrorName;
import io.isthmus.mirror.names.NameReport;
import io.isthmus.mirror.names.NameReport.Outcome;
import io.isthmus.mirror.plan.LocalState;
import io.isthmus.mirror.plan.ObjectKey;
import io.isthmus.mirror.plan.OwnerMark;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NameStatusTest {
  private static final Optional<MirrorName> HELLO =
      Optional.of(new MirrorName("shop", "hello-east", "10.97.0.5"));

  private static Service service(String name, String cluster, @Nullable String address) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .withLabels(cluster.isEmpty() ? Map.of() : OwnerMark.on(Map.of(), cluster))
        .endMetadata()
        .withNewSpec()
        .withClusterIP(address)
        .endSpec()
        .build();
  }

  private static LocalState state(Service... services) {
    return new LocalState(
        Set.of("shop"),
        Stream.of(services).collect(Collectors.toMap(ObjectKey::of, each -> each)),
        Map.of());
  }

  @Test
  void firstMirrorOfTheClusterThatHasAnAddressIsAskedFor() {
    LocalState state =
        state(
            service("a", "", "10.97.0.1"),
            service("b-north", "north", "10.97.0.2"),
            service("c-east", "east", "None"),
            service("d-east", "east", null),
            service("e-east", "east", ""),
            service("hello-east", "east", "10.97.0.5"),
            service("other-east", "east", "10.97.0.6"));

    assertThat(NameStatus.toAsk(state, "east")).isEqualTo(HELLO);
    assertThat(NameStatus.toAsk(state, "south")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "RESOLVES,True,Resolve",
    "NO_SUCH_NAME,False,NoSuchName",
    "OTHER_ADDRESS,False,OtherAddress",
    "REFUSED,False,Refused",
    "NO_ANSWER,False,NoAnswer"
  })
  void outcomeIsTheCondition(Outcome outcome, String status, String reason) {
    var finding = NameStatus.finding(HELLO, Optional.of(new NameReport(outcome, "what was seen")));

    assertThat(finding.type()).isEqualTo("NamesResolve");
    assertThat(finding.status()).isEqualTo(status);
    assertThat(finding.reason()).isEqualTo(reason);
    assertThat(finding.message()).isEqualTo("what was seen");
  }

  @Test
  void withoutAnAnswerNothingIsClaimed() {
    assertThat(NameStatus.finding(Optional.empty(), Optional.empty()).reason())
        .isEqualTo("NoMirror");
    assertThat(NameStatus.finding(HELLO, Optional.empty()).status()).isEqualTo("Unknown");
  }
}

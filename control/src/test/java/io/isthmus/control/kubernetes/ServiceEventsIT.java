package io.isthmus.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.control.MemoryApi;
import io.isthmus.control.state.ServiceKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against fabric8's in-memory API server. */
final class ServiceEventsIT {
  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();
  private final MeterRegistry metrics = new SimpleMeterRegistry();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @AfterEach
  void stop() {
    api.close();
  }

  private ServiceEvents events() {
    return new ServiceEvents(new Events(client, () -> now, metrics));
  }

  private static Service service(String name) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .withUid("uid-of-" + name)
        .endMetadata()
        .build();
  }

  private List<Event> written() {
    return client.v1().events().inNamespace("shop").list().getItems();
  }

  @Test
  void problemIsSaidOnTheServiceOnceAmongAllReplicas() {
    Map<ServiceKey, String> problem = Map.of(new ServiceKey("shop", "hello"), "tunnel is 'x'");
    List<Service> services = List.of(service("hello"), service("fine"));
    ServiceEvents one = events();
    one.say(services, problem);
    one.say(services, problem);
    events().say(services, problem);
    assertThat(written())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getType()).isEqualTo("Warning");
          assertThat(event.getReason()).isEqualTo("NotExported");
          assertThat(event.getMessage()).isEqualTo("tunnel is 'x'");
          assertThat(event.getInvolvedObject().getName()).isEqualTo("hello");
          assertThat(event.getInvolvedObject().getUid()).isEqualTo("uid-of-hello");
        });
    assertThat(metrics.find("isthmus.events.failed").counter()).isNull();
  }

  @Test
  void eventsAreBoundedByTheHourAndTheRestFollows() {
    int many = Events.EVENTS_AN_HOUR + 2;
    List<Service> services = IntStream.range(0, many).mapToObj(i -> service("s" + i)).toList();
    Map<ServiceKey, String> problems = new TreeMap<>();
    services.forEach(
        service -> problems.put(new ServiceKey("shop", service.getMetadata().getName()), "bad"));
    ServiceEvents events = events();
    events.say(services, problems);
    assertThat(written()).hasSize(Events.EVENTS_AN_HOUR);
    now = now.plus(Duration.ofHours(1));
    events.say(services, problems);
    assertThat(written()).hasSize(many);
  }

  @Test
  void whatIsSaidOfAnObjectWithoutNamespaceIsInTheDefaultOne() {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName("east").withUid("uid-of-east").build());
    Events.News news =
        new Events.News(Events.Type.NORMAL, "Switched", "x".repeat(2_000), "r1 Switched");
    new Events(client, () -> now, metrics).write(domain, news);
    new Events(client, () -> now, metrics).write(domain, news);
    assertThat(client.v1().events().inNamespace("default").list().getItems())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getReason()).isEqualTo("Switched");
          assertThat(event.getType()).isEqualTo("Normal");
          assertThat(event.getMessage()).hasSize(1_024);
          assertThat(event.getInvolvedObject().getKind()).isEqualTo("TrustDomain");
          assertThat(event.getInvolvedObject().getApiVersion()).isEqualTo("isthmus.io/v1alpha1");
          assertThat(event.getInvolvedObject().getUid()).isEqualTo("uid-of-east");
        });
  }
}

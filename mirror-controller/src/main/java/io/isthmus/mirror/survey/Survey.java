package io.isthmus.mirror.survey;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.GatewayAddress;
import io.isthmus.api.link.GatewaySurvey;
import io.isthmus.api.link.GatewaySurvey.Met;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.mirror.bundle.BundleFollowing;
import io.isthmus.mirror.plan.ObjectKey;
import io.isthmus.mirror.probe.GatewayProbe;
import io.isthmus.mirror.probe.PathReport;
import io.isthmus.mirror.probe.ProbeFailure;
import io.isthmus.mirror.probe.ProbeTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Probes each address that a Link's status names, and measures the path to those that answer. */
public final class Survey {
  /** What Kubernetes keeps of a container's last words. */
  static final int MOST_BYTES = 4096;

  private static final int LONGEST_MESSAGE = 300;
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private final GatewayProbe probe;

  public Survey(GatewayProbe probe) {
    this.probe = probe;
  }

  /** Of the Links of a namespace, by the bundles of their peers that are kept there. */
  public GatewaySurvey of(KubernetesClient client, String namespace) {
    List<Link> links = client.resources(Link.class).inNamespace(namespace).list().getItems();
    return of(
        links,
        link -> {
          ObjectKey key =
              new ObjectKey(namespace, ObjectNames.peerTrustBundle(link.getMetadata().getName()));
          return bundle(client, key, link);
        });
  }

  private static Optional<TrustBundle> bundle(KubernetesClient client, ObjectKey key, Link link) {
    // listed, which is what the role allows
    Optional<ConfigMap> kept =
        client
            .configMaps()
            .inNamespace(key.namespace())
            .withField("metadata.name", key.name())
            .list()
            .getItems()
            .stream()
            .findFirst();
    return new BundleFollowing(
            key, link.getSpec().cluster(), TrustDomain.of(link.getSpec().trustDomain()))
        .withoutPeer(kept)
        .inForce();
  }

  GatewaySurvey of(List<Link> links, Function<Link, Optional<TrustBundle>> bundles) {
    List<CompletableFuture<Met>> asked = new ArrayList<>();
    for (Link link : links) {
      List<GatewayStatus> gateways =
          Optional.ofNullable(link.getStatus()).map(LinkStatus::gateways).orElse(List.of());
      if (!gateways.isEmpty()) {
        Function<GatewayStatus, CompletableFuture<Met>> ask = asking(link, bundles);
        gateways.forEach(gateway -> asked.add(ask.apply(gateway)));
      }
    }
    List<Met> met = asked.stream().map(CompletableFuture::join).toList();
    return new GatewaySurvey(met.stream().sorted(Comparator.comparing(Met::isWell)).toList(), 0);
  }

  /**
   * How a gateway of a Link is asked: who it has to be, and by what it is known, is of the Link.
   */
  private Function<GatewayStatus, CompletableFuture<Met>> asking(
      Link link, Function<Link, Optional<TrustBundle>> bundles) {
    String name = link.getMetadata().getName();
    try {
      SpiffeId identity = SpiffeId.parse(link.getSpec().gatewayIdentity());
      TrustBundle bundle =
          bundles
              .apply(link)
              .orElseThrow(() -> new IllegalArgumentException("no bundle of the peer is known"));
      return gateway -> meet(name, gateway, identity, bundle);
    } catch (IllegalArgumentException e) {
      return gateway -> notTried(name, gateway, e);
    }
  }

  private static CompletableFuture<Met> notTried(
      String link, GatewayStatus gateway, IllegalArgumentException why) {
    return CompletableFuture.completedFuture(
        met(link, gateway, null, ProbeFailure.notTried(String.valueOf(why.getMessage())), null));
  }

  private CompletableFuture<Met> meet(
      String name, GatewayStatus gateway, SpiffeId identity, TrustBundle bundle) {
    ProbeTarget target;
    try {
      target = new ProbeTarget(GatewayAddress.parse(gateway.address()), identity, bundle);
    } catch (IllegalArgumentException e) {
      return notTried(name, gateway, e);
    }
    CompletableFuture<Duration> echo = probe.probe(target);
    CompletableFuture<Optional<String>> hole =
        probe
            .measure(target)
            .thenApply(PathReport::blackHole)
            .exceptionally(none -> Optional.empty());
    return echo.<Met>handle((rtt, failure) ->
            failure == null
                ? met(name, gateway, rtt, null, null)
                : met(name, gateway, null, ProbeFailure.of(failure), null))
        .thenCombine(
            hole,
            (met, lost) ->
                lost.isEmpty()
                    ? met
                    : new Met(met.link(), met.address(), met.rtt(), met.problem(), lost.get()));
  }

  private static Met met(
      String link,
      GatewayStatus gateway,
      @Nullable Duration rtt,
      @Nullable ProbeFailure failure,
      @Nullable String blackHole) {
    return new Met(
        link,
        gateway.address(),
        rtt == null ? null : LinkStatus.shown(rtt),
        failure == null
            ? null
            : new LinkStatus.Problem(failure.reason(), shortened(failure.message())),
        blackHole);
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
  }

  /** As JSON, with what there is room for. */
  public static void write(GatewaySurvey survey, Path file) throws IOException {
    Files.writeString(file, text(survey));
  }

  static String text(GatewaySurvey survey) {
    List<Met> all = survey.gateways();
    int kept = all.size();
    String text = JSON.asJson(survey);
    while (kept > 0 && text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      kept--;
      text = JSON.asJson(new GatewaySurvey(all.subList(0, kept), all.size() - kept));
    }
    return text;
  }
}

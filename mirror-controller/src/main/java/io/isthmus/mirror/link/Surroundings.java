package io.isthmus.mirror.link;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.mirror.canary.GatewayCanary;
import io.isthmus.mirror.leader.FencedWriter;
import io.isthmus.mirror.names.NameProbe;
import io.isthmus.mirror.probe.GatewayProbe;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * What all workers share.
 *
 * @param namespace of the Links and their Secrets
 * @param peers makes the client of a peer
 */
public record Surroundings(
    String ownCluster,
    String ownTrustDomain,
    String namespace,
    KubernetesClient client,
    FencedWriter writer,
    Function<Config, KubernetesClient> peers,
    GatewayProbe probe,
    GatewayCanary canary,
    NameProbe names,
    Duration probeInterval,
    MirrorMetrics metrics,
    InstantSource clock) {}

package io.isthmus.cli.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kubelet's part: a projected token for each pod, renewed at half its life, and the own trust
 * domain's bundle out of its ConfigMap, followed. Files are replaced by renaming, as the kubelet
 * does, so that a reader never sees half of one.
 */
final class MountedFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MountedFiles.class);
  private static final Duration TOKEN_LIFE = Duration.ofHours(1);
  private static final Duration FOLLOW = Duration.ofSeconds(2);
  private static final Duration END = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final Path directory;
  private final Map<PodIdentity, Long> renewAt = new ConcurrentHashMap<>();
  private final ScheduledExecutorService follower =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("mounted-files").factory());

  MountedFiles(KubernetesClient client, Path directory) {
    this.client = client;
    this.directory = directory;
  }

  /** Waits for the control plane's bundle, and keeps all files fresh from now on. */
  void follow(Duration atMost) {
    Waiting.until(
        "ConfigMap %s/%s with the trust bundle, which the control plane writes"
            .formatted(ObjectNames.SYSTEM_NAMESPACE, ObjectNames.TRUST_BUNDLE),
        atMost,
        this::copyBundle);
    follower.scheduleWithFixedDelay(
        this::refresh, FOLLOW.toMillis(), FOLLOW.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The file with the pod's token; the token exists when this returns. */
  Path token(PodIdentity pod) {
    if (!renewAt.containsKey(pod)) {
      writeToken(pod);
    }
    return tokenFile(pod);
  }

  Path bundle() {
    return directory.resolve("bundle.json");
  }

  private void refresh() {
    try {
      copyBundle();
      long now = System.nanoTime();
      renewAt.forEach((pod, at) -> {
        if (now - at > 0) {
          writeToken(pod);
        }
      });
    } catch (KubernetesClientException | UncheckedIOException e) {
      LOG.debug("mounted files stay as they are until the API server answers", e);
    }
  }

  private void writeToken(PodIdentity pod) {
    String token =
        client
            .serviceAccounts()
            .inNamespace(pod.namespace())
            .withName(pod.serviceAccount())
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withAudiences(ObjectNames.TOKEN_AUDIENCE)
                    .withExpirationSeconds(TOKEN_LIFE.toSeconds())
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    replace(tokenFile(pod), token);
    renewAt.put(pod, System.nanoTime() + TOKEN_LIFE.dividedBy(2).toNanos());
  }

  private Path tokenFile(PodIdentity pod) {
    return directory.resolve("token-" + pod.namespace() + "-" + pod.pod());
  }

  private boolean copyBundle() {
    ConfigMap map =
        client
            .configMaps()
            .inNamespace(ObjectNames.SYSTEM_NAMESPACE)
            .withName(ObjectNames.TRUST_BUNDLE)
            .get();
    String jwks = map == null ? null : map.getData().get(ObjectNames.BUNDLE_JWKS_KEY);
    if (jwks == null) {
      return false;
    }
    replace(bundle(), jwks);
    return true;
  }

  private static void replace(Path file, String content) {
    try {
      if (Files.exists(file) && Files.readString(file).equals(content)) {
        return;
      }
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.writeString(next, content);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  @Override
  public void close() {
    follower.shutdownNow();
    try {
      // a file that is being written now would appear in a directory that is being removed
      follower.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

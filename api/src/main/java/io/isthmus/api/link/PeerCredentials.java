package io.isthmus.api.link;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.ObjectNames;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a Link's Secret says of the peer's API server. Only what the Secret itself holds counts: a
 * kubeconfig that names files or programs of whoever reads it is refused.
 */
public sealed interface PeerCredentials {

  /** Two valid ones with the same text are the same credentials. */
  record Valid(String kubeconfig, Config config) implements PeerCredentials {
    public boolean isSameAs(Valid other) {
      return kubeconfig.equals(other.kubeconfig);
    }

    @Override
    public String toString() {
      return "credentials for " + config.getMasterUrl();
    }
  }

  record Invalid(String reason, String message) implements PeerCredentials {}

  /**
   * The Secret as it is stored, or nothing if it is not there.
   *
   * @param key its namespace and name, for messages
   */
  static PeerCredentials read(String key, @Nullable Secret secret) {
    if (secret == null) {
      return new Invalid(
          "SecretMissing",
          "Secret %s is not there: expected one with the key %s that holds a kubeconfig"
              .formatted(key, ObjectNames.KUBECONFIG_KEY));
    }
    String encoded =
        secret.getData() == null ? null : secret.getData().get(ObjectNames.KUBECONFIG_KEY);
    if (encoded == null) {
      return new Invalid(
          "KeyMissing",
          "Secret %s has no key %s: expected a kubeconfig under it"
              .formatted(key, ObjectNames.KUBECONFIG_KEY));
    }
    try {
      String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      return new Valid(text, config(parse(text)));
    } catch (IllegalArgumentException e) {
      return new Invalid(
          "KubeconfigInvalid",
          "Secret %s, key %s: expected a kubeconfig: %s"
              .formatted(key, ObjectNames.KUBECONFIG_KEY, e.getMessage()));
    }
  }

  private static io.fabric8.kubernetes.api.model.Config parse(String text) {
    try {
      return Serialization.unmarshal(text, io.fabric8.kubernetes.api.model.Config.class);
    } catch (RuntimeException e) {
      // the parser's message may quote the text, which holds a key or a token
      throw new IllegalArgumentException("it is not YAML of kind Config");
    }
  }

  private static Config config(io.fabric8.kubernetes.api.model.@Nullable Config kubeconfig) {
    if (kubeconfig == null) {
      throw new IllegalArgumentException("it is empty");
    }
    String current = Objects.requireNonNullElse(kubeconfig.getCurrentContext(), "");
    Context context =
        find(kubeconfig.getContexts(), c -> current.equals(c.getName()), NamedContext::getContext)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "current-context \"" + current + "\" is not among its contexts"));
    Cluster cluster =
        find(
                kubeconfig.getClusters(),
                c -> Objects.equals(context.getCluster(), c.getName()),
                NamedCluster::getCluster)
            .filter(found -> found.getServer() != null)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "cluster \"" + context.getCluster() + "\" is not there or has no server"));
    AuthInfo user =
        find(
                kubeconfig.getUsers(),
                u -> Objects.equals(context.getUser(), u.getName()),
                NamedAuthInfo::getUser)
            .orElseGet(AuthInfo::new);
    refuseWhatIsNotInside(cluster, user);
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(cluster.getServer())
        .withCaCertData(cluster.getCertificateAuthorityData())
        .withTrustCerts(Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify()))
        .withOauthToken(user.getToken())
        .withClientCertData(user.getClientCertificateData())
        .withClientKeyData(user.getClientKeyData())
        .withConnectionTimeout(5_000)
        .withRequestTimeout(10_000)
        .withRequestRetryBackoffLimit(0)
        .build();
  }

  private static void refuseWhatIsNotInside(Cluster cluster, AuthInfo user) {
    if (user.getExec() != null || user.getAuthProvider() != null) {
      throw new IllegalArgumentException(
          "it runs a program for its token (exec, auth-provider); expected a token or a certificate");
    }
    if (cluster.getCertificateAuthority() != null
        || user.getClientCertificate() != null
        || user.getClientKey() != null
        || user.getTokenFile() != null) {
      throw new IllegalArgumentException(
          "it names files; expected the data inside (kubectl config view --flatten)");
    }
  }

  private static <N, T> Optional<T> find(
      @Nullable List<N> named, Predicate<N> matches, Function<N, @Nullable T> content) {
    return named == null
        ? Optional.empty()
        : named.stream().filter(matches).findFirst().map(content);
  }
}

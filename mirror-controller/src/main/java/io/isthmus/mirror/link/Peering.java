package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.Secret;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.PeerCredentials;
import io.isthmus.mirror.peer.PeerConnection;
import io.isthmus.mirror.peer.PeerLists;
import io.isthmus.mirror.plan.ObjectKey;
import io.isthmus.mirror.status.Finding;
import java.util.List;
import java.util.Optional;

/**
 * One Link's way to its peer: a connection for as long as the Secret and the spec are what it was
 * made from, then another. Belongs to the Link's thread.
 */
final class Peering implements AutoCloseable {
  private final Surroundings around;
  private final Runnable changed;
  private Optional<Followed> secret = Optional.empty();
  private Optional<Open> open = Optional.empty();
  private Finding credentials = waiting();

  private record Followed(String name, NamedObject<Secret> object) {}

  private record Open(PeerCredentials.Valid credentials, LinkSpec spec, PeerConnection connection) {
    boolean isFor(PeerCredentials.Valid wanted, LinkSpec wantedSpec) {
      return credentials.isSameAs(wanted)
          && spec.gateway().equals(wantedSpec.gateway())
          && spec.imports().selector().equals(wantedSpec.imports().selector());
    }
  }

  Peering(Surroundings around, Runnable changed) {
    this.around = around;
    this.changed = changed;
  }

  /** Opens, replaces or closes the connection as the spec and its Secret say now. */
  void follow(LinkSpec spec) {
    NamedObject<Secret> followed = secret(spec.credentials().secretRef().name());
    ObjectKey key = new ObjectKey(around.namespace(), spec.credentials().secretRef().name());
    if (!followed.isKnown()) {
      followed.failure().ifPresent(problem -> credentials = unreadable(key, problem));
      return;
    }
    switch (PeerCredentials.read(key.toString(), followed.get().orElse(null))) {
      case PeerCredentials.Valid valid -> {
        credentials =
            Finding.yes(
                LinkStatus.CREDENTIALS_VALID,
                "KubeconfigRead",
                "Secret %s names %s".formatted(key, valid.config().getMasterUrl()));
        connect(valid, spec);
      }
      case PeerCredentials.Invalid(String reason, String message) -> {
        credentials = Finding.no(LinkStatus.CREDENTIALS_VALID, reason, message);
        disconnect();
      }
    }
  }

  private NamedObject<Secret> secret(String name) {
    if (secret.isEmpty() || !secret.get().name().equals(name)) {
      secret.ifPresent(former -> former.object().close());
      NamedObject<Secret> object =
          new NamedObject<>(
              around.client().secrets().inNamespace(around.namespace()).withName(name), changed);
      secret = Optional.of(new Followed(name, object));
    }
    return secret.get().object();
  }

  private void connect(PeerCredentials.Valid valid, LinkSpec spec) {
    if (open.isPresent() && open.get().isFor(valid, spec)) {
      return;
    }
    disconnect();
    PeerConnection connection =
        new PeerConnection(
            around.peers().apply(valid.config()),
            new PeerConnection.Wanted(spec, around.ownTrustDomain()),
            changed);
    open = Optional.of(new Open(valid, spec, connection));
    connection.start();
  }

  /** To be called about once a second. Never waits for the peer. */
  void tick() {
    open.ifPresent(it -> it.connection().beat(around.clock().instant()));
  }

  /** What the peer has; empty until its lists were complete under the present credentials. */
  Optional<PeerLists> lists() {
    return open.flatMap(it -> it.connection().lists());
  }

  boolean isConnected() {
    return open.filter(it -> it.connection().isConnected()).isPresent();
  }

  List<Finding> findings() {
    if (open.isEmpty()) {
      return List.of(
          credentials,
          Finding.no(LinkStatus.CONNECTED, "NoCredentials", "there are no usable credentials"));
    }
    PeerConnection connection = open.get().connection();
    String server = open.get().credentials().config().getMasterUrl();
    if (connection.isConnected()) {
      return List.of(
          credentials, Finding.yes(LinkStatus.CONNECTED, "Connected", "watching " + server));
    }
    if (connection.isRefused()) {
      String message =
          "%s refuses the credentials: %s; put valid ones into the Secret"
              .formatted(server, connection.lastFailure().map(Peering::rootMessage).orElse(""));
      return List.of(
          Finding.no(LinkStatus.CREDENTIALS_VALID, "Refused", message),
          Finding.no(LinkStatus.CONNECTED, "CredentialsRefused", message));
    }
    return List.of(
        credentials,
        connection
            .lastFailure()
            .map(failure ->
                Finding.no(
                    LinkStatus.CONNECTED,
                    "Unreachable",
                    "%s cannot be reached: %s; trying again"
                        .formatted(server, rootMessage(failure))))
            .orElseGet(() ->
                Finding.unknown(
                    LinkStatus.CONNECTED, "Connecting", "asking " + server + " for its lists")));
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  private static Finding unreadable(ObjectKey key, Throwable problem) {
    return Finding.no(
        LinkStatus.CREDENTIALS_VALID,
        "SecretUnreadable",
        "Secret %s cannot be read: %s; expected a Role with resourceNames [%s] and verbs list, watch, bound to the service account %s, as isthmus link create makes it"
            .formatted(
                key,
                rootMessage(problem),
                key.name(),
                ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT));
  }

  private static Finding waiting() {
    return Finding.unknown(
        LinkStatus.CREDENTIALS_VALID, "Reading", "the Secret has not been read yet");
  }

  private void disconnect() {
    open.ifPresent(it -> it.connection().close());
    open = Optional.empty();
  }

  @Override
  public void close() {
    disconnect();
    secret.ifPresent(it -> it.object().close());
    secret = Optional.empty();
    credentials = waiting();
  }
}

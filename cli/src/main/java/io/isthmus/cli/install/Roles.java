package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Roles that are given to others than our own processes. */
public final class Roles {
  private static final String LINK_READER = "/META-INF/isthmus/rbac/rbac-peer.yaml";

  private Roles() {}

  /** What a peer's mirror controller may read. */
  public static ClusterRole linkReader() {
    try (InputStream in =
        Objects.requireNonNull(
            Roles.class.getResourceAsStream(LINK_READER), LINK_READER + " is missing")) {
      return Serialization.unmarshal(in, ClusterRole.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + LINK_READER, e);
    }
  }
}

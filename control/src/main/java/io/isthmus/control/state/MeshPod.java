package io.isthmus.control.state;

import java.util.List;

/** A Pod that has not ended. */
public record MeshPod(ServiceKey key, List<String> ips, String serviceAccount, Proxy proxy) {
  /** Whether a proxy of ours is beside the app. */
  public enum Proxy {
    PRESENT,
    ABSENT
  }

  public MeshPod {
    ips = List.copyOf(ips);
  }
}

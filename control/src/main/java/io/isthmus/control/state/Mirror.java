package io.isthmus.control.state;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * That a Service stands for one of another cluster.
 *
 * @param host of the authority at the peer's gateway, {@code hello.shop.svc.cluster.local}
 */
public record Mirror(String cluster, String host, TunnelMode tunnel) {
  private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final Pattern SERVICE =
      Pattern.compile("%1$s\\.(%1$s)\\.svc(\\.%1$s)+".formatted(LABEL));

  /** The namespace at the peer; empty when the host is no Service's. */
  public Optional<String> remoteNamespace() {
    Matcher service = SERVICE.matcher(host);
    return host.length() <= 253 && service.matches()
        ? Optional.of(service.group(2))
        : Optional.empty();
  }
}

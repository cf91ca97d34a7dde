package io.isthmus.control.serving;

import io.isthmus.certs.TrustDomain;
import io.isthmus.control.resources.Catalog;
import io.isthmus.control.state.ProxyNode;
import java.util.Set;

/**
 * A connected proxy, and whose identities it verifies.
 *
 * @param secrets the names that it has asked for
 */
public record Verifier(ProxyNode node, Set<String> secrets) {
  public Verifier {
    secrets = Set.copyOf(secrets);
  }

  /**
   * Of its own trust domain always, whether it has asked for the bundle yet or not. Who has asked
   * for nothing yet has come a moment ago, and may have verified anybody before.
   */
  public boolean verifies(TrustDomain trustDomain) {
    return secrets.isEmpty()
        || trustDomain.equals(node.identity().trustDomain())
        || secrets.contains(Catalog.bundleName(trustDomain));
  }
}

package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.authority.TlsSecret.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The roots in their Secret: one, or two during a rotation. Which of them is in use is not said
 * here: it is the one that signed the active issuer.
 */
final class RootSecret {
  private RootSecret() {}

  /**
   * @param trustDomain of roots that name none
   */
  static List<RootAuthority> read(Secret secret, String place, TrustDomain trustDomain)
      throws AuthorityException {
    List<RootAuthority> roots = new ArrayList<>();
    roots.add(root(TlsSecret.withKeyOrWithout(secret, Slot.ACTIVE, place), place, trustDomain));
    if (secret.getData().containsKey(Slot.NEXT.certificates())) {
      roots.add(root(TlsSecret.withKeyOrWithout(secret, Slot.NEXT, place), place, trustDomain));
    }
    return roots;
  }

  private static RootAuthority root(TlsSecret slot, String place, TrustDomain trustDomain)
      throws AuthorityException {
    return slot.read(
        place, () -> RootAuthority.fromPem(slot.certificates(), slot.privateKey(), trustDomain));
  }

  /** The Secret's content, and nothing of what it held before. */
  static Map<String, String> data(RootAuthority first, Optional<RootAuthority> second) {
    Map<String, String> data = new HashMap<>();
    pair(Slot.ACTIVE, first).putInto(data);
    second.ifPresent(root -> pair(Slot.NEXT, root).putInto(data));
    return data;
  }

  private static TlsSecret pair(Slot slot, RootAuthority root) {
    return new TlsSecret(slot, root.certificatePem(), root.privateKeyPem());
  }

  static Secret first(String namespace, String name, RootAuthority root) {
    return TlsSecret.first(namespace, name, data(root, Optional.empty()));
  }
}

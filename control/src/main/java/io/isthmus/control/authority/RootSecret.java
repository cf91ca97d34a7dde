package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.authority.TlsSecret.Slot;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The roots in their Secret, in the slots that their issuers have in the other one, so that issuers
 * that are lost can be made again; and the id of the rotation that was begun last, so that one that
 * is lost there begins none again.
 */
final class RootSecret {
  static final String LAST_BEGUN = "isthmus.io/rotation-begun";

  private RootSecret() {}

  /**
   * @param trustDomain of roots that name none
   */
  static Roots read(Secret secret, String place, TrustDomain trustDomain)
      throws AuthorityException {
    TlsSecret.checkSlots(secret, place);
    return new Roots(
        new Roles<>(
            root(TlsSecret.withKeyOrWithout(secret, Slot.ACTIVE, place), place, trustDomain),
            find(TlsSecret.find(secret, Slot.NEXT, place), place, trustDomain),
            find(TlsSecret.find(secret, Slot.PREVIOUS, place), place, trustDomain)),
        Objects.requireNonNullElse(secret.getMetadata().getAnnotations(), Map.<String, String>of())
            .getOrDefault(LAST_BEGUN, ""));
  }

  private static Optional<RootAuthority> find(
      Optional<TlsSecret> slot, String place, TrustDomain trustDomain) throws AuthorityException {
    return slot.isEmpty() ? Optional.empty() : Optional.of(root(slot.get(), place, trustDomain));
  }

  private static RootAuthority root(TlsSecret slot, String place, TrustDomain trustDomain)
      throws AuthorityException {
    return slot.read(
        place, () -> RootAuthority.fromPem(slot.certificates(), slot.privateKey(), trustDomain));
  }

  /** {@code stored} with other roots, and nothing of those before; its resourceVersion stays. */
  static Secret changed(Secret stored, Roots roots) {
    return new SecretBuilder(stored)
        .withData(data(roots.roles()))
        .editMetadata()
        .addToAnnotations(LAST_BEGUN, roots.lastBegun())
        .endMetadata()
        .build();
  }

  private static Map<String, String> data(Roles<RootAuthority> roots) {
    Map<String, String> data = new HashMap<>();
    pair(Slot.ACTIVE, roots.active()).putInto(data);
    roots.next().ifPresent(root -> pair(Slot.NEXT, root).putInto(data));
    roots.previous().ifPresent(root -> pair(Slot.PREVIOUS, root).putInto(data));
    return data;
  }

  private static TlsSecret pair(Slot slot, RootAuthority root) {
    return new TlsSecret(slot, root.certificatePem(), root.privateKeyPem());
  }

  static Secret first(String namespace, String name, RootAuthority root) {
    return TlsSecret.first(namespace, name, data(Roles.only(root)));
  }
}

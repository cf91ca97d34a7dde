package io.isthmus.control.authority;

import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import java.util.List;
import java.util.Optional;

/**
 * A trust domain's roots: one, or two during a rotation.
 *
 * @param roles the active one can be issued from at any time: all that verify believe it. It
 *     changes with the active issuer, a moment before it, when all believe both
 * @param lastBegun the id of the rotation that was begun last; empty when there was none
 */
public record Roots(Roles<RootAuthority> roles, String lastBegun) {

  public List<RootAuthority> all() {
    return roles.all();
  }

  /** The one that signed {@code issuer}. */
  Optional<RootAuthority> of(Issuer issuer) {
    return all().stream().filter(root -> root.signed(issuer)).findFirst();
  }

  /** With the roles of the issuers that they signed. */
  Roots following(Roles<Issuer> issuers) {
    RootAuthority active = of(issuers.active()).orElseThrow();
    return new Roots(
        new Roles<>(
            active,
            issuers.next().flatMap(this::of).filter(root -> !root.equals(active)),
            issuers.previous().flatMap(this::of).filter(root -> !root.equals(active))),
        lastBegun);
  }
}

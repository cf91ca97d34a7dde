package io.isthmus.control.rotation;

import io.isthmus.api.ObjectNames;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.AuthorityForm;
import java.util.List;

/** What it means that an issuer is lost, and what to do, for people. */
final class LostIssuer {
  private LostIssuer() {}

  /** A line for each root that stands for one. */
  static List<String> told(Authority authority, AuthorityForm form) {
    return authority.lost().stream()
        .map(root ->
            "the issuer under the root %s is lost, since %s, and %s: restore that Secret%s"
                .formatted(
                    Fingerprint.shown(Fingerprint.of(root.certificate())),
                    cause(authority),
                    effect(root, authority),
                    remedy(form)))
        .toList();
  }

  /** A revoked one is not stored any more, so nothing tells which it was. */
  private static String cause(Authority authority) {
    String deleted = "Secret %s was deleted".formatted(ObjectNames.ISSUER_SECRET);
    return authority.bundle().revoked().isEmpty() ? deleted : "it was revoked or " + deleted;
  }

  private static String effect(RootAuthority root, Authority authority) {
    if (root.equals(authority.root())) {
      return authority.issuers().previous().isPresent()
          ? "no certificates are signed until abort has gone back to the other one"
          : "no certificates are signed until the rotation has switched to the other one";
    }
    return authority.issuers().next().isPresent()
        ? "the rotation cannot switch to it"
        : "the rotation cannot go back to it";
  }

  private static String remedy(AuthorityForm form) {
    return switch (form) {
      case AuthorityForm.Managed _ -> "";
      case AuthorityForm.Operator(String secret, var _) ->
          ", or put an issuer under this root into Secret " + secret;
    };
  }
}

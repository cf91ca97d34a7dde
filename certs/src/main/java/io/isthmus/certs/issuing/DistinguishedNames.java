package io.isthmus.certs.issuing;

import io.isthmus.certs.TrustDomain;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/** Names of authorities, for people who look at certificates; nothing is decided by them. */
final class DistinguishedNames {
  private static final int COMMON_NAME_LIMIT = 64; // RFC 5280, ub-common-name

  private DistinguishedNames() {}

  /** {@code O=Isthmus, CN=<trust domain> <role>}. */
  static X500Name of(TrustDomain trustDomain, String role) {
    int room = COMMON_NAME_LIMIT - role.length() - 1;
    String domain = trustDomain.name();
    String shown = domain.length() <= room ? domain : domain.substring(0, room);
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, "Isthmus")
        .addRDN(BCStyle.CN, shown + " " + role)
        .build();
  }
}

package io.isthmus.proxy.identity;

import io.isthmus.certs.Svid;

/** What this process shows the control plane. */
public sealed interface Credentials {

  /** The service-account token, before there is a valid SVID. */
  record Token() implements Credentials {}

  /** The own SVID, in the TLS handshake. */
  record Certificate(Svid svid) implements Credentials {}
}

package io.isthmus.control.resources;

import io.isthmus.certs.TrustDomain;
import io.isthmus.control.state.ServiceKey;

/** Names of resources. */
final class Names {
  static final String INBOUND = "inbound";
  static final String EXPLICIT = "explicit";
  static final String OWN_CERTIFICATE = "default";

  private Names() {}

  static String outbound(ServiceKey service, int port) {
    return "outbound/" + service.namespace() + "/" + service.name() + "/" + port;
  }

  static String inbound(int targetPort) {
    return "inbound/" + targetPort;
  }

  static String bundle(TrustDomain trustDomain) {
    return "bundle/" + trustDomain.name();
  }
}

package io.isthmus.proxy.tls;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerRejectedException;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.VerifiedPeer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One handshake's question and its answer: who is expected, and who came. */
final class PeerCheck {
  private final TlsRole role;
  private final PeerVerifier verifier;
  private final ExpectedPeer expected;
  private @Nullable VerifiedPeer peer;
  private @Nullable PeerRejectedException rejection;

  PeerCheck(TlsRole role, PeerVerifier verifier, ExpectedPeer expected) {
    this.role = role;
    this.verifier = verifier;
    this.expected = expected;
  }

  void verify(X509Certificate[] chain) throws PeerRejectedException {
    try {
      peer =
          switch (role) {
            case CLIENT -> verifier.verifyServer(List.of(chain), expected);
            case SERVER -> verifier.verifyClient(List.of(chain), expected);
          };
    } catch (PeerRejectedException e) {
      rejection = e;
      throw e;
    }
  }

  TlsRole role() {
    return role;
  }

  Optional<VerifiedPeer> peer() {
    return Optional.ofNullable(peer);
  }

  Optional<PeerRejectedException> rejection() {
    return Optional.ofNullable(rejection);
  }
}

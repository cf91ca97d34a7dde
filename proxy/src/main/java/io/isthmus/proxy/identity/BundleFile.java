package io.isthmus.proxy.identity;

import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

/** The anchors of the own trust domain in a file, read at every use: it may have been rotated. */
final class BundleFile {
  private final Path file;
  private final TrustDomain trustDomain;
  private final InstantSource clock;

  BundleFile(ControlPlane controlPlane, InstantSource clock) {
    this.file = controlPlane.bundleFile();
    this.trustDomain = controlPlane.trustDomain();
    this.clock = clock;
  }

  /** Throws unless {@code chain} is valid under the bundle and belongs to exactly {@code id}. */
  void verify(List<X509Certificate> chain, SpiffeId id) throws CertificateException {
    PeerVerifier verifier = new PeerVerifier(BundleSet.of(read()), clock);
    verifier.verifyServer(chain, ExpectedPeer.Exact.of(id));
  }

  private TrustBundle read() throws CertificateException {
    try {
      return TrustBundle.parseJwks(trustDomain, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CertificateException(
          "control-bundle %s cannot be read (%s): expected the JWKS of %s"
              .formatted(file, e, trustDomain),
          e);
    } catch (BundleFormatException e) {
      throw new CertificateException(
          "control-bundle %s: %s: expected the JWKS of %s"
              .formatted(file, e.getMessage(), trustDomain),
          e);
    }
  }
}

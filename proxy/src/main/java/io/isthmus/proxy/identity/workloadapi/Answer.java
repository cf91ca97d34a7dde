package io.isthmus.proxy.identity.workloadapi;

import com.google.protobuf.ByteString;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Der;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.spiffe.workloadapi.X509SVID;
import org.spiffe.workloadapi.X509SVIDResponse;

/**
 * One message of the stream, judged as a whole: it names well-formed IDs only, one of them is the
 * expected one, and that SVID is one that a peer with the bundle beside it would believe. SVIDs of
 * other IDs are not used, and so not read further.
 */
record Answer(SpiffeId expected, InstantSource clock) {
  /** A workload with more is named by these only; for messages. */
  private static final int MAX_NAMED = 10;

  /** Throws {@link IllegalArgumentException} or {@link CertificateException}: field and value. */
  Svid svid(X509SVIDResponse message) throws CertificateException {
    List<SpiffeId> ids = ids(message.getSvidsList());
    int index = ids.indexOf(expected);
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("no SVID in the message: expected that of " + expected);
    }
    if (index < 0) {
      throw new IllegalArgumentException(
          "SVIDs of %s: expected one of %s; check the selectors of the registration entries"
              .formatted(named(ids), expected));
    }
    return svid("svids[%d] of %s: ".formatted(index, expected), message.getSvids(index));
  }

  private Svid svid(String where, X509SVID offered) throws CertificateException {
    List<X509Certificate> chain =
        decoded(where + "x509_svid: ", offered.getX509Svid(), Der::decodeCertificates);
    PrivateKey key =
        decoded(where + "x509_svid_key: ", offered.getX509SvidKey(), Der::decodePrivateKey);
    List<X509Certificate> anchors =
        decoded(where + "bundle: ", offered.getBundle(), Der::decodeCertificates);
    try {
      TrustBundle bundle =
          new TrustBundle(expected.trustDomain(), 0, TrustBundle.DEFAULT_REFRESH_HINT, anchors);
      Svid svid = new Svid(expected, chain, key);
      new PeerVerifier(BundleSet.of(bundle), clock)
          .verifyClient(chain, ExpectedPeer.Exact.of(expected));
      return svid;
    } catch (CertificateException e) {
      throw new CertificateException(where + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + e.getMessage(), e);
    }
  }

  private static List<SpiffeId> ids(List<X509SVID> svids) {
    List<SpiffeId> ids = new ArrayList<>();
    for (X509SVID svid : svids) {
      try {
        ids.add(SpiffeId.parse(svid.getSpiffeId()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "svids[%d].spiffe_id %s".formatted(ids.size(), e.getMessage()), e);
      }
    }
    return ids;
  }

  private static String named(List<SpiffeId> ids) {
    String named =
        ids.stream().limit(MAX_NAMED).map(SpiffeId::toString).collect(Collectors.joining(", "));
    return ids.size() > MAX_NAMED ? named + " and " + (ids.size() - MAX_NAMED) + " more" : named;
  }

  private static <T> T decoded(String field, ByteString der, Function<byte[], T> decoder) {
    try {
      return decoder.apply(der.toByteArray());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + e.getMessage(), e);
    }
  }
}

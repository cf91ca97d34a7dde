package io.isthmus.proxy.identity;

import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import java.util.concurrent.CompletableFuture;

/**
 * SVIDs of the issuer that a rotation will switch to: for handshakes that show whether it is
 * believed, and for nothing else. The control plane gives them to the mirror controller alone, and
 * while both issuers are trusted. Safe on any thread.
 */
public final class CanaryCertificates {
  /** The control plane reads it; one that does not know it signs with the issuer in use. */
  private static final Metadata.Key<String> ISSUER =
      Metadata.Key.of("isthmus-issuer", Metadata.ASCII_STRING_MARSHALLER);

  private static final String NEXT = "next";

  private final ControlPlaneConnector connector;
  private final CertificateCall.Wanted wanted;

  /**
   * @param expected the ID that this process has to have; any other is refused
   */
  public CanaryCertificates(ControlPlaneConnector connector, SpiffeId expected) {
    this.connector = connector;
    Metadata marks = new Metadata();
    marks.put(ISSUER, NEXT);
    this.wanted =
        new CertificateCall.Wanted(
            expected,
            channel ->
                ClientInterceptors.intercept(
                    channel, MetadataUtils.newAttachHeadersInterceptor(marks)));
  }

  /** Completes on the connector's loop; fails with {@link NotCertifiedException}. */
  public CompletableFuture<Svid> request() {
    CompletableFuture<Svid> result = new CompletableFuture<>();
    connector
        .loop()
        .execute(() -> {
          try {
            CertificateCall.make(connector, wanted)
                .whenComplete((svid, failure) -> {
                  if (svid != null) {
                    result.complete(svid);
                  } else {
                    result.completeExceptionally(failure);
                  }
                });
          } catch (IllegalStateException e) { // no TLS context can be made
            result.completeExceptionally(e);
          }
        });
    return result;
  }
}

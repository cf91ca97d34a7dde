package io.isthmus.certs;

import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * A peer that was believed, and until when.
 *
 * @param notAfter the earliest end among leaf, intermediates and anchor
 */
public record VerifiedPeer(
    SpiffeId id, X509Certificate leaf, X509Certificate anchor, Instant notAfter) {}

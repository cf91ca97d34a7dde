package io.isthmus.certs;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Chains that were found valid, by the digest of their bytes. It belongs to one verifier and so to
 * one set of bundles: a new set starts empty. Only what stays true is kept: the path up to the
 * anchor, within the validity of all its certificates. Who the peer may be is never remembered.
 */
final class ChainCache {
  /** Bounds memory at about 4 MB; only chains that an anchor vouches for can fill it. */
  static final int CAPACITY = 1024;

  private final ConcurrentHashMap<ByteBuffer, Entry> entries = new ConcurrentHashMap<>();

  record Entry(VerifiedPeer peer, Instant notBefore) {
    boolean holdsAt(Instant now) {
      return !now.isBefore(notBefore) && !now.isAfter(peer.notAfter());
    }
  }

  static ByteBuffer key(List<byte[]> chain) {
    MessageDigest digest = Fingerprint.sha256();
    for (byte[] der : chain) {
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(der.length).flip());
      digest.update(der);
    }
    return ByteBuffer.wrap(digest.digest());
  }

  Optional<Entry> find(ByteBuffer key, Instant now) {
    return Optional.ofNullable(entries.get(key)).filter(entry -> entry.holdsAt(now));
  }

  void put(ByteBuffer key, VerifiedPeer peer, List<X509Certificate> path) {
    Instant notBefore = peer.anchor().getNotBefore().toInstant();
    for (X509Certificate certificate : path) {
      Instant start = certificate.getNotBefore().toInstant();
      notBefore = start.isAfter(notBefore) ? start : notBefore;
    }
    if (entries.size() >= CAPACITY) {
      entries.clear();
    }
    entries.put(key, new Entry(peer, notBefore));
  }

  int size() {
    return entries.size();
  }
}

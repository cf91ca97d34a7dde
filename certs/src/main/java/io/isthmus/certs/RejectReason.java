package io.isthmus.certs;

/** Why a peer was not believed: one for each thing an operator would look at differently. */
public enum RejectReason {
  EMPTY_CHAIN,
  CHAIN_TOO_LONG,
  CHAIN_TOO_LARGE,
  UNREADABLE_CERTIFICATE,
  NO_URI_SAN,
  SEVERAL_URI_SANS,
  INVALID_SPIFFE_ID,
  ID_WITHOUT_PATH,
  SAN_NOT_CRITICAL,
  LEAF_IS_CA,
  KEY_USAGE,
  EXTENDED_KEY_USAGE,
  WEAK_ALGORITHM,
  NOT_YET_VALID,
  EXPIRED,
  /** There is no bundle for the trust domain that the leaf claims. */
  UNKNOWN_TRUST_DOMAIN,
  /** There is one, and it says to trust nobody. */
  EMPTY_BUNDLE,
  UNTRUSTED_CHAIN,
  /** The bundle revokes a certificate of the chain. */
  REVOKED,
  UNEXPECTED_ID
}

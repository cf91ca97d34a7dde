/**
 * The other side of {@link io.isthmus.certs}: authorities that sign. A root per trust domain signs
 * an issuer, the issuer signs leaves that follow the X509-SVID profile, for requests whose identity
 * the caller has established. This is the only package that needs BouncyCastle, so that a proxy can
 * leave it off its class path. Everything is immutable and safe to share between threads.
 */
@NullMarked
package io.isthmus.certs.issuing;

import org.jspecify.annotations.NullMarked;

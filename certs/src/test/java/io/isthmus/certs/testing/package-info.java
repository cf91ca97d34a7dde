/**
 * Certificates for tests of every module: {@link io.isthmus.certs.testing.TestCa} is a whole trust
 * domain, {@link io.isthmus.certs.testing.CertificateRecipe} makes certificates that no issuer of
 * ours would. Not thread-safe; nothing here is for production.
 */
@NullMarked
package io.isthmus.certs.testing;

import org.jspecify.annotations.NullMarked;

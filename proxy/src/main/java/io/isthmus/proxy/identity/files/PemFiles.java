package io.isthmus.proxy.identity.files;

import java.nio.file.Path;

/**
 * The files of an SVID.
 *
 * @param certificates PEM: the leaf, then intermediates
 * @param key PEM: PKCS#8, not encrypted
 */
public record PemFiles(Path certificates, Path key) {

  /** What they hold now, each whole or not to be had. */
  Look look() {
    return new Look(this, FileText.of(certificates), FileText.of(key));
  }
}

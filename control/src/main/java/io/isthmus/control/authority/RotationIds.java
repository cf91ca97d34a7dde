package io.isthmus.control.authority;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.isthmus.certs.Fingerprint;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Ids of rotations that are asked for by nobody: {@code auto-<issuer that is replaced>} or {@code
 * operator-<issuer that is offered>}, so that one that was aborted is not begun again; and {@code
 * -<request>} follows after a rotation that was asked for, whose request may still stand in the
 * object, and is no new one for that.
 */
public final class RotationIds {
  private static final Pattern OURS =
      Pattern.compile("(?:auto|operator)-[0-9a-f]{8}(?:-([0-9a-f]{8}))?");
  private static final int SHORT = 8;

  private RotationIds() {}

  /** Of a rotation that replaces {@code active} by itself. */
  public static String auto(X509Certificate active, Rotation last) {
    return id("auto-", active, last);
  }

  /** Of a rotation to {@code offered}, which an operator signed. */
  public static String operator(X509Certificate offered, Rotation last) {
    return id("operator-", offered, last);
  }

  /**
   * Whether {@code asked} is not the last rotation, nor one before it; ours are never asked for.
   */
  public static boolean isNew(String asked, Rotation last) {
    return !asked.equals(last.id())
        && !OURS.matcher(asked).matches()
        && !answered(last).equals(Optional.of(digest(asked)));
  }

  private static String id(String prefix, X509Certificate issuer, Rotation last) {
    String id = prefix + Fingerprint.of(issuer).substring(0, SHORT);
    return answered(last).map(request -> id + "-" + request).orElse(id);
  }

  /** The digest of the last id that somebody asked for. */
  private static Optional<String> answered(Rotation last) {
    Matcher ours = OURS.matcher(last.id());
    if (ours.matches()) {
      return Optional.ofNullable(ours.group(1));
    }
    return last.id().isEmpty() ? Optional.empty() : Optional.of(digest(last.id()));
  }

  private static String digest(String id) {
    CRC32 crc = new CRC32();
    crc.update(id.getBytes(UTF_8));
    return "%08x".formatted(crc.getValue());
  }
}

package io.isthmus.proxy.inbound;

import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.SpiffeId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The caller's ID in a {@code forwarded} header (RFC 7239): {@code for="spiffe://..."}. A gateway
 * that terminates tunnels writes it, the destination's proxy reads it.
 */
public final class Forwarded {
  /** The whole quoted value, and the first element only: half of an ID would be another ID. */
  private static final Pattern FOR = Pattern.compile("(?i)for=\"(spiffe://[^\"]+)\"(?:[;,].*)?");

  private Forwarded() {}

  /** The header's value for a caller that was verified. */
  public static String by(SpiffeId caller) {
    return "for=\"" + caller + "\"";
  }

  static Optional<SpiffeId> caller(String header) {
    Matcher matcher = FOR.matcher(header);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SpiffeId.parse(matcher.group(1)));
    } catch (InvalidSpiffeIdException e) {
      return Optional.empty();
    }
  }
}

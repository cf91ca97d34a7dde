package io.isthmus.certs;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A SPIFFE ID in its only form: two IDs are the same exactly if their text is. {@code java.net.URI}
 * is no parser for it (it accepts ports, user info, {@code %61} and queries, and finds no host
 * where there is a {@code _}), so every character is looked at here.
 *
 * @param path empty, or {@code /segment} one or more times
 */
public record SpiffeId(TrustDomain trustDomain, String path) implements Comparable<SpiffeId> {
  /** The specification asks to accept at least this many bytes, and to make no longer ones. */
  public static final int MAX_LENGTH = 2048;

  private static final String SCHEME = "spiffe://";

  /** What a path {@code /ns/<namespace>/sa/<service account>} says. */
  public record Workload(String namespace, String serviceAccount) {
    @Override
    public String toString() {
      return namespace + "/" + serviceAccount;
    }
  }

  public SpiffeId {
    checkPath(trustDomain, path);
  }

  public static SpiffeId parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new InvalidSpiffeIdException(text, "at most 2048 bytes");
    }
    if (!text.startsWith(SCHEME)) {
      throw new InvalidSpiffeIdException(text, "spiffe://<trust domain>/<path>");
    }
    int slash = text.indexOf('/', SCHEME.length());
    int end = slash < 0 ? text.length() : slash;
    return new SpiffeId(new TrustDomain(text.substring(SCHEME.length(), end)), text.substring(end));
  }

  /** Of a certificate's bytes: any byte beyond ASCII becomes a character that no ID may have. */
  static SpiffeId parse(byte[] bytes) {
    return parse(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  public static SpiffeId workload(
      TrustDomain trustDomain, String namespace, String serviceAccount) {
    SpiffeId id = new SpiffeId(trustDomain, "/ns/" + namespace + "/sa/" + serviceAccount);
    if (id.workload().isEmpty()) {
      throw new InvalidSpiffeIdException(
          id.toString(), "a namespace and a service account without '/'");
    }
    return id;
  }

  /** Empty unless the path is {@code /ns/<namespace>/sa/<service account>}. */
  public Optional<Workload> workload() {
    String[] parts = path.split("/", -1);
    return parts.length == 5 && parts[1].equals("ns") && parts[3].equals("sa")
        ? Optional.of(new Workload(parts[2], parts[4]))
        : Optional.empty();
  }

  private static void checkPath(TrustDomain trustDomain, String path) {
    String text = SCHEME + trustDomain.name() + path;
    if (text.length() > MAX_LENGTH) {
      throw new InvalidSpiffeIdException(text, "at most 2048 bytes");
    }
    if (path.isEmpty()) {
      return;
    }
    if (path.charAt(0) != '/') {
      throw new InvalidSpiffeIdException(text, "a path that starts with '/'");
    }
    int start = 1;
    for (int i = 1; i <= path.length(); i++) {
      if (i == path.length() || path.charAt(i) == '/') {
        checkSegment(text, path.substring(start, i));
        start = i + 1;
      } else if (!allows(path.charAt(i))) {
        throw new InvalidSpiffeIdException(
            text, "path segments of letters, digits, '.', '-' and '_'");
      }
    }
  }

  private static void checkSegment(String text, String segment) {
    if (segment.isEmpty()) {
      throw new InvalidSpiffeIdException(text, "no empty path segment and no trailing '/'");
    }
    if (segment.equals(".") || segment.equals("..")) {
      throw new InvalidSpiffeIdException(text, "no path segment '.' or '..'");
    }
  }

  private static boolean allows(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '-'
        || c == '_';
  }

  @Override
  public int compareTo(SpiffeId other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return SCHEME + trustDomain.name() + path;
  }
}

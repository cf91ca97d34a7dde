package io.isthmus.certs;

/**
 * A SPIFFE trust domain: lower-case letters, digits, {@code .}, {@code -} and {@code _}, 1 to 255
 * of them. Not a host name: {@code _} is allowed, and nothing is ever looked up.
 */
public record TrustDomain(String name) implements Comparable<TrustDomain> {
  static final int MAX_LENGTH = 255;

  public TrustDomain {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new InvalidSpiffeIdException(name, "a trust domain of 1 to 255 characters");
    }
    for (int i = 0; i < name.length(); i++) {
      if (!allows(name.charAt(i))) {
        throw new InvalidSpiffeIdException(
            name, "a trust domain of lower-case letters, digits, '.', '-' and '_'");
      }
    }
  }

  public static TrustDomain of(String name) {
    return new TrustDomain(name);
  }

  private static boolean allows(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  }

  /**
   * The ID of the domain itself, {@code spiffe://<name>}: for authorities, never for a workload.
   */
  public SpiffeId id() {
    return new SpiffeId(this, "");
  }

  @Override
  public int compareTo(TrustDomain other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}

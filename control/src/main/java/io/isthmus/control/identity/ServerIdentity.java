package io.isthmus.control.identity;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.issuing.Issuer;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The server's own certificate, by its own issuer. Handshakes ask for the key each time, so a new
 * one is used at once; a handshake that is under way keeps the one it began with, by its alias.
 */
public final class ServerIdentity extends X509ExtendedKeyManager {
  private static final String KEY_TYPE = "EC";

  private final Supplier<Issuer> issuer;
  private final Name name;
  private final Supplier<Duration> lifetime;
  private final InstantSource clock;
  private volatile Keys keys;

  /**
   * Whom the certificate is of.
   *
   * @param dnsNames by which clients that know no SPIFFE find it
   */
  public record Name(SpiffeId id, List<String> dnsNames) {}

  /** The current one, and the one before. */
  private record Keys(long generation, Svid current, Svid previous) {
    @Nullable Svid find(String alias) {
      if (alias.equals(alias(generation))) {
        return current;
      }
      return alias.equals(alias(generation - 1)) ? previous : null;
    }

    static String alias(long generation) {
      return "generation-" + generation;
    }
  }

  public ServerIdentity(
      Supplier<Issuer> issuer, Name name, Supplier<Duration> lifetime, InstantSource clock) {
    this.issuer = issuer;
    this.name = name;
    this.lifetime = lifetime;
    this.clock = clock;
    Svid first = issue(issuer.get());
    this.keys = new Keys(1, first, first);
  }

  private Svid issue(Issuer by) {
    return by.issueSvid(name.id(), name.dnsNames(), lifetime.get());
  }

  public Svid current() {
    return keys.current();
  }

  /** At half of the certificate's life. */
  public Instant renewAt() {
    Svid svid = current();
    return svid.notBefore().plus(Duration.between(svid.notBefore(), svid.notAfter()).dividedBy(2));
  }

  /** Whether it was time, or issuers were switched, and there is a new certificate. */
  public synchronized boolean renewIfDue() {
    Issuer now = issuer.get();
    boolean switched = !current().chain().contains(now.certificate());
    if (!switched && clock.instant().isBefore(renewAt())) {
      return false;
    }
    Svid next = issue(now);
    Keys old = keys;
    keys = new Keys(old.generation() + 1, next, old.current());
    return true;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return keyType.startsWith(KEY_TYPE) ? Keys.alias(keys.generation()) : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Svid svid = keys.find(alias);
    return svid == null ? null : svid.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Svid svid = keys.find(alias);
    return svid == null ? null : svid.privateKey();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {Keys.alias(keys.generation())};
  }
}

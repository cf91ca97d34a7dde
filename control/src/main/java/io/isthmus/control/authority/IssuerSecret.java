package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.control.authority.TlsSecret.Slot;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The issuers in their Secret, and beside them, in its annotations, how far their rotation is: both
 * change in one write, so that a crash leaves no half of a switch. Annotations that are missing, or
 * say what the issuers contradict, are taken from what the issuers show. In the place of an issuer
 * that is lost is its root, with an empty key.
 */
final class IssuerSecret {
  static final String ID = "isthmus.io/rotation";
  static final String KIND = "isthmus.io/rotation-of";
  static final String PHASE = "isthmus.io/rotation-phase";
  static final String SINCE = "isthmus.io/rotation-since";
  static final String OTHER_LAST_USED = "isthmus.io/rotation-other-last-used";

  static final String TOUCHED = "isthmus.io/roots-compacted";

  private IssuerSecret() {}

  /**
   * @param trustDomain of issuers that name none
   */
  static Roles<Issuer> issuers(
      Secret secret, String place, TrustDomain trustDomain, InstantSource clock)
      throws AuthorityException {
    TlsSecret.checkSlots(secret, place);
    Optional<TlsSecret> next = TlsSecret.find(secret, Slot.NEXT, place);
    Optional<TlsSecret> previous = TlsSecret.find(secret, Slot.PREVIOUS, place);
    return new Roles<>(
        issuer(TlsSecret.withKeyOrWithout(secret, Slot.ACTIVE, place), place, trustDomain, clock),
        find(next, place, trustDomain, clock),
        find(previous, place, trustDomain, clock));
  }

  private static Optional<Issuer> find(
      Optional<TlsSecret> slot, String place, TrustDomain trustDomain, InstantSource clock)
      throws AuthorityException {
    return slot.isEmpty()
        ? Optional.empty()
        : Optional.of(issuer(slot.get(), place, trustDomain, clock));
  }

  private static Issuer issuer(
      TlsSecret slot, String place, TrustDomain trustDomain, InstantSource clock)
      throws AuthorityException {
    return slot.read(
        place, () -> Issuer.fromPem(slot.certificates(), slot.privateKey(), trustDomain, clock));
  }

  /**
   * @param lastBegun the id where none is said
   */
  static Rotation rotation(
      Secret secret, Roles<Issuer> issuers, String lastBegun, InstantSource clock) {
    Map<String, String> said =
        Objects.requireNonNullElse(secret.getMetadata().getAnnotations(), Map.of());
    String id = said.getOrDefault(ID, lastBegun);
    Rotation.Kind kind =
        Stream.of(Rotation.Kind.values())
            .filter(each -> each.word().equals(said.get(KIND)))
            .findFirst()
            .orElse(Rotation.Kind.ROOT); // the kind that waits for more
    Instant now = clock.instant();
    return Stream.of(Phase.values())
        .filter(each -> each.word().equals(said.get(PHASE)) && isPossible(each, issuers))
        .findFirst()
        .map(phase ->
            new Rotation(
                id,
                kind,
                phase,
                instant(said.get(SINCE), now),
                instant(said.get(OTHER_LAST_USED), now)))
        .orElseGet(() -> Rotation.shownBy(issuers, id, now));
  }

  private static boolean isPossible(Phase phase, Roles<Issuer> issuers) {
    return switch (phase) {
      case STEADY -> issuers.other().isEmpty();
      case PREPARED, DUAL_TRUST -> issuers.next().isPresent();
      case SWITCHED, DRAINING, RETIRED -> issuers.previous().isPresent();
    };
  }

  private static Instant instant(@Nullable String text, Instant absent) {
    try {
      return text == null ? absent : Instant.parse(text);
    } catch (DateTimeException e) {
      return absent;
    }
  }

  /** With its annotations from the start: one that is not there was lost. */
  static Secret first(String namespace, String name, Roles<Issuer> issuers, Rotation rotation) {
    return changed(TlsSecret.first(namespace, name, Map.of()), issuers, rotation);
  }

  /** {@code stored} with other issuers and another phase; its resourceVersion stays. */
  static Secret changed(Secret stored, Roles<Issuer> issuers, Rotation rotation) {
    return new SecretBuilder(stored)
        .withData(data(issuers))
        .editMetadata()
        .addToAnnotations(ID, rotation.id())
        .addToAnnotations(KIND, rotation.kind().word())
        .addToAnnotations(PHASE, rotation.phase().word())
        .addToAnnotations(SINCE, rotation.since().toString())
        .addToAnnotations(OTHER_LAST_USED, rotation.otherLastUsed().toString())
        .endMetadata()
        .build();
  }

  /** {@code stored} with another resourceVersion once it is written. */
  static Secret touched(Secret stored, Instant now) {
    return new SecretBuilder(stored)
        .editMetadata()
        .addToAnnotations(TOUCHED, now.toString())
        .endMetadata()
        .build();
  }

  private static Map<String, String> data(Roles<Issuer> issuers) {
    Map<String, String> data = new HashMap<>();
    pair(Slot.ACTIVE, issuers.active()).putInto(data);
    issuers.next().ifPresent(issuer -> pair(Slot.NEXT, issuer).putInto(data));
    issuers.previous().ifPresent(issuer -> pair(Slot.PREVIOUS, issuer).putInto(data));
    return data;
  }

  private static TlsSecret pair(Slot slot, Issuer issuer) {
    return new TlsSecret(slot, issuer.chainPem(), issuer.privateKeyPem());
  }
}

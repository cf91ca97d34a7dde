package io.isthmus.e2e.trust;

import java.time.Duration;
import java.util.List;

/**
 * How much of a soak.
 *
 * @param clusters their names
 * @param leafLifetime of every certificate
 * @param rate of fortio on every directed pair, requests a second
 * @param sessions that are open at a time
 * @param sessionSeconds how long each lasts, a byte a second; and each of pgbench's
 * @param rotations one after another: a cluster and what is replaced there
 */
record SoakForm(
    List<String> clusters,
    Duration leafLifetime,
    int rate,
    int sessions,
    int sessionSeconds,
    List<Step> rotations) {

  /** One rotation. */
  record Step(String cluster, RotationWish.Kind kind) {}

  SoakForm {
    clusters = List.copyOf(clusters);
    rotations = List.copyOf(rotations);
  }

  /** For continuous integration: one of each. */
  static final SoakForm SHORT =
      new SoakForm(
          List.of("west", "east"),
          Duration.ofSeconds(20),
          25,
          50,
          4,
          List.of(
              new Step("west", RotationWish.Kind.Issuer),
              new Step("east", RotationWish.Kind.Root)));

  /** Every issuer, then every root. */
  static final SoakForm LONG =
      new SoakForm(
          List.of("west", "east", "north"),
          Duration.ofSeconds(20),
          200,
          50,
          4,
          List.of(
              new Step("west", RotationWish.Kind.Issuer),
              new Step("east", RotationWish.Kind.Issuer),
              new Step("north", RotationWish.Kind.Issuer),
              new Step("west", RotationWish.Kind.Root),
              new Step("east", RotationWish.Kind.Root),
              new Step("north", RotationWish.Kind.Root)));

  /** Of fortio, a pair. */
  int connections() {
    return Math.max(2, rate / 25);
  }

  /** Requests a connection of fortio makes: it lives as long as a session. */
  String reuse() {
    int most = rate / connections() * sessionSeconds;
    return most / 2 + ":" + most;
  }
}

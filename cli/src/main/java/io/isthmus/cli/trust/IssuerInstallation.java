package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.DryRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Offers an issuer to the control plane, which rotates to it by itself. Each step is left out where
 * it was made already, so that one that was broken off is ended by making it again.
 */
record IssuerInstallation(OwnDomain own, IssuerSecrets secrets, IssuerOffer issuer) {

  /** Whether leaves come from it, or a rotation to it is under way. */
  boolean isTaken() {
    boolean isUnderWay = !own.isSteady() && lastId().filter(issuer::isOf).isPresent();
    return isOffered() && (isInUse(own) || isUnderWay);
  }

  /** Whether leaves come from it by what {@code now} says. */
  boolean isInUse(OwnDomain now) {
    return now.status()
        .map(TrustDomainStatus::issuer)
        .filter(it -> it.sha256().equals(issuer.sha256()))
        .isPresent();
  }

  private Optional<String> lastId() {
    return own.rotation().map(rotation -> rotation.id());
  }

  private boolean isOffered() {
    return own.issuesFromAnOperator() && secrets.offers(issuer.offer());
  }

  /** Refuses when another rotation is in the way. */
  void check() {
    String phase =
        own.phase()
            .orElseThrow(() ->
                refused(
                    "the TrustDomain %s has no status.phase: no control plane has written it"
                        .formatted(own.cluster()),
                    "start the control plane first"));
    String last = lastId().orElse("");
    if (!own.isSteady()) {
      throw refused(
          "the rotation %s is in %s: expected Steady".formatted(last, phase),
          "wait for it (isthmus trust status), or take it back: isthmus trust abort");
    }
    if (issuer.isOf(last) && !isInUse(own)) {
      throw refused(
          "the rotation %s to it was taken back, and one issuer is taken only once".formatted(last),
          "sign another one: isthmus trust install-issuer --request");
    }
    Optional<String> asked = own.asked().map(TrustDomainSpec.Rotation::id);
    boolean isByItself = last.startsWith("auto-") || last.startsWith("operator-");
    if (asked.isPresent()
        && !own.issuesFromAnOperator()
        && !own.isAborted()
        && !isByItself
        && !asked.get().equals(last)) {
      throw refused(
          "the rotation %s is asked for, and has not begun yet".formatted(asked.get()),
          "wait for it: isthmus trust status");
    }
  }

  private static CommandException refused(String why, String advice) {
    return CommandException.refused("cannot install an issuer now", why, advice);
  }

  /** Empty where the TrustDomain says it all. */
  private Map<String, Object> wish() {
    Map<String, Object> wish = new LinkedHashMap<>();
    if (!own.issuesFromAnOperator()) {
      Map<String, @Nullable Object> authority = new LinkedHashMap<>();
      authority.put("managed", null);
      authority.put(
          "operator",
          Map.of(
              "issuerSecretRef", Map.of("name", secrets.name()),
              "leafLifetime", IssuerOffer.leafLifetime(own)));
      wish.put("authority", authority);
    }
    if (own.isAborted()) {
      wish.put("rotation", Map.of("abort", false)); // of the last one; it would hold this one
    }
    return wish;
  }

  /** What is written, one line each. */
  List<String> steps() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Secret %s: tls.crt, tls.key and ca.crt of this issuer%s"
            .formatted(
                secrets.place(),
                secrets.offeredKey().isPresent() ? ", in place of what is there" : ""));
    Map<String, Object> wish = wish();
    if (wish.containsKey("authority")) {
      lines.add(
          "TrustDomain %s: spec.authority.operator in place of managed; the control plane makes no more issuers, and in the end deletes the root's key"
              .formatted(own.cluster()));
    }
    if (wish.containsKey("rotation")) {
      lines.add(
          "TrustDomain %s: spec.rotation.abort, of the last rotation, is taken away"
              .formatted(own.cluster()));
    }
    return lines;
  }

  /** What {@link #write} writes, but for the key. */
  String manifest() {
    String secret =
        "# first add the issuer's key, which is not shown, to the data of the Secret: tls.key, PKCS#8 PEM in base64\n"
            + DryRun.APPLIED_BY
            + Serialization.asYaml(secrets.withoutKey(issuer.offer()));
    Map<String, Object> wish = wish();
    return wish.isEmpty() ? secret : secret + own.manifest(wish);
  }

  /** The key of the request is in the other Secret; the next request has another. */
  void forgetRequest() {
    secrets.forgetRequest(issuer.offer().privateKey());
  }

  /** By what the control plane has done since it was read; what somebody wished is as it was. */
  IssuerInstallation unchanged() {
    return new IssuerInstallation(own.unchanged(), secrets, issuer);
  }

  void write() {
    secrets.put(issuer.offer());
    Map<String, Object> wish = wish();
    if (!wish.isEmpty()) {
      own.write(wish);
    }
    forgetRequest();
  }

  /**
   * Whether it is over, by what {@code now} says.
   *
   * @throws CommandException when the control plane does not take it
   */
  boolean isOver(OwnDomain now) {
    boolean hasBegun =
        isInUse(now) || now.rotation().filter(it -> issuer.isOf(it.id())).isPresent();
    if (!hasBegun) {
      now.issuerRefused().ifPresent(this::checkTaken);
    }
    return hasBegun && now.isSteady();
  }

  /** What is refused may be another one: of before, or somebody's who offered it meanwhile. */
  private void checkTaken(String refusal) {
    if (refusal.contains(issuer.sha256())) {
      throw CommandException.refused(
          "the control plane does not take the issuer " + Words.digest(issuer.sha256()),
          refusal,
          "leaves come from the same issuer as before; install another one");
    }
    if (!secrets.again().offers(issuer.offer())) {
      throw CommandException.refused(
          "the issuer %s is not offered any more".formatted(Words.digest(issuer.sha256())),
          "somebody else wrote the Secret %s meanwhile".formatted(secrets.place()),
          "ask who, and run this again");
    }
  }
}

package io.isthmus.e2e.attack;

import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import java.time.Duration;

/** Certificates of others, asked for from west's control plane. */
record Identities(Mesh mesh, Intruder intruder) {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String DENIED = "grpc-status: 7";
  private static final String UNAUTHENTICATED = "grpc-status: 16";
  private static final String CERTIFICATES_DENIED =
      "isthmus_certificates_total{result=\"permission_denied\"";
  private static final String CALLS_REFUSED =
      "isthmus_calls_refused_total{method=\"CreateCertificate\",reason=\"unauthenticated\"";

  void run(Scenarios scenarios) {
    scenarios.scenario("a Pod gets a certificate of its own ID", intruder::enrol);
    scenarios.scenario(
        "another workload's ID, in a CSR with the own token, is refused and counted",
        () -> denied("spiffe://west.e2e/ns/shop/sa/client"));
    scenarios.scenario(
        "the gateway's ID is refused and counted",
        () -> denied("spiffe://west.e2e/ns/isthmus-system/sa/isthmus-gateway"));
    scenarios.scenario(
        "an ID of another trust domain is refused and counted",
        () -> denied("spiffe://east.e2e/ns/shop/sa/hello"));
    scenarios.scenario(
        "a token for another audience is refused and counted",
        () -> unauthenticated("Bearer " + intruder.tokenForAnother()));
    scenarios.scenario(
        "a token that somebody changed is refused and counted",
        () -> unauthenticated("Bearer " + changed(intruder.token())));
    scenarios.scenario(
        "a token that has ended with what it was bound to is refused and counted",
        () -> unauthenticated("Bearer " + ended()));
    scenarios.scenario("no token at all is refused and counted", () -> unauthenticated(""));
  }

  private void denied(String spiffeId) {
    mesh.mustCount(
        CERTIFICATES_DENIED,
        () -> mustSay(DENIED, intruder.askForCertificate("Bearer " + intruder.token(), spiffeId)));
  }

  private void unauthenticated(String authorization) {
    mesh.mustCount(
        CALLS_REFUSED,
        () -> mustSay(UNAUTHENTICATED, intruder.askForCertificate(authorization, Intruder.ID)));
  }

  private static void mustSay(String expected, String answer) {
    if (!answer.contains(expected) || answer.contains("BEGIN CERTIFICATE")) {
      throw new AssertionError("expected %s: %s".formatted(expected, answer));
    }
  }

  /** Another character in the middle of what is signed. */
  private static String changed(String token) {
    int middle = token.indexOf('.') + (token.lastIndexOf('.') - token.indexOf('.')) / 2;
    char other = token.charAt(middle) == 'a' ? 'b' : 'a';
    return token.substring(0, middle) + other + token.substring(middle + 1);
  }

  /** Its day has not come, but the object that it was bound to is gone. */
  private String ended() {
    mesh.west().kubectl("create", "secret", "generic", "short", "-n", "outside");
    String token =
        mesh.west()
            .kubectl(
                "create",
                "token",
                "intruder",
                "-n",
                "outside",
                "--audience=isthmus",
                "--bound-object-kind=Secret",
                "--bound-object-name=short")
            .strip();
    mesh.west().kubectl("delete", "secret", "short", "-n", "outside");
    Eventually.holds(
        LIMIT,
        () -> {
          try {
            mesh.west().kubectl("get", "secret", "short", "-n", "outside");
            return "it is still there";
          } catch (ProcessFailure e) {
            return "";
          }
        });
    return token;
  }
}

package io.isthmus.control.federation;

/** Why there is no newer bundle, with what helps. */
enum FetchFailure {
  INVALID_ENDPOINT("InvalidEndpoint", Weight.REFUSAL, "correct spec.bundle.endpoint"),
  NO_BOOTSTRAP(
      "NoBootstrap",
      Weight.REFUSAL,
      "set endpoint.bootstrap to the peer's bundle, got in a way that is trusted"),
  NO_BUNDLE_OF_SERVER(
      "NoBundleOfServer",
      Weight.REFUSAL,
      "create a TrustDomain for the trust domain of endpoint.spiffeId"),
  UNREACHABLE("Unreachable", Weight.OUTAGE, "see whether the endpoint runs and is let through"),
  TIMED_OUT("TimedOut", Weight.OUTAGE, "see whether the endpoint or what is before it hangs"),
  IDENTITY_REFUSED(
      "IdentityRefused",
      Weight.REFUSAL,
      "compare with endpoint.spiffeId; if the peer replaced its authority unseen, delete the"
          + " TrustDomain and create it with a new bootstrap"),
  CERTIFICATE_REFUSED(
      "CertificateRefused",
      Weight.REFUSAL,
      "see what the server shows with openssl s_client, and set endpoint.caBundle if its authority"
          + " is a private one"),
  REDIRECTED(
      "Redirected", Weight.REFUSAL, "redirects are not followed: set endpoint.url to the target"),
  UNEXPECTED_STATUS("UnexpectedStatus", Weight.OUTAGE, "look at the peer's logs"),
  TOO_LARGE("TooLarge", Weight.REFUSAL, "see whether endpoint.url is that of the bundle"),
  HTML_PAGE(
      "HtmlPage",
      Weight.REFUSAL,
      "see whether a login page or a proxy is before the endpoint, and correct endpoint.url"),
  UNPARSEABLE("BundleUnparseable", Weight.REFUSAL, "tell those who publish it"),
  SEQUENCE_REGRESSED(
      "SequenceRegressed",
      Weight.REFUSAL,
      "an old document was served again, or the peer was built anew: ask those who publish it"),
  SEQUENCE_CONFLICT(
      "SequenceConflict",
      Weight.REFUSAL,
      "someone rewrote the bundle without raising its sequence: ask those who publish it"),
  NAME_CONFLICT("NameConflict", Weight.REFUSAL, "rename or delete the ConfigMap"),
  NOT_STORED("NotStored", Weight.OUTAGE, "see whether the API server answers");

  /** An outage is borne for a while; what was refused is said at once. */
  enum Weight {
    OUTAGE,
    REFUSAL
  }

  private final String word;
  private final Weight weight;
  private final String next;

  FetchFailure(String word, Weight weight, String next) {
    this.word = word;
    this.weight = weight;
    this.next = next;
  }

  /** As a condition's reason. */
  String word() {
    return word;
  }

  Weight weight() {
    return weight;
  }

  /** What to do about it. */
  String next() {
    return next;
  }
}

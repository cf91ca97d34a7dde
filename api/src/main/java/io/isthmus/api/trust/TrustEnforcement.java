package io.isthmus.api.trust;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.schema.Default;
import io.isthmus.api.schema.Doc;
import io.isthmus.api.schema.MaxItems;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the verifiers of a trust domain really enforce. Each replica of the control plane sees the
 * proxies that are connected to it, and writes under its own name only; a reader takes all that are
 * fresh.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrustEnforcement(
    @Doc(
            "By the name of the control plane's replica. One that is older than 3 minutes says"
                + " nothing any more of its proxies, but that they may still be there; it goes with"
                + " its Pod.")
        @Default("{}")
        @MaxItems(16)
        Map<String, Reporter> reporters) {
  /** A replica that is alive writes at least once a minute. */
  public static final Duration FRESH = Duration.ofMinutes(3);

  public TrustEnforcement {
    Map<String, Reporter> present = new HashMap<>();
    if (reporters != null) {
      // a store that keeps the null of a merge patch means an entry that was taken away
      reporters.forEach((replica, reporter) -> {
        if (reporter != null) {
          present.put(replica, reporter);
        }
      });
    }
    reporters = Map.copyOf(present);
  }

  /** The entries that may be believed at {@code now}. */
  public List<Reporter> fresh(Instant now) {
    return reporters.values().stream().filter(reporter -> reporter.isFresh(now)).toList();
  }

  /**
   * Those that wrote, and have not for so long that it counts no more. Their proxies may be
   * connected to them still.
   */
  public Map<String, Reporter> silent(Instant now) {
    Map<String, Reporter> silent = new TreeMap<>();
    reporters.forEach((replica, last) -> {
      if (!last.isFresh(now)) {
        silent.put(replica, last);
      }
    });
    return silent;
  }

  /**
   * What one replica sees.
   *
   * @param observedAt RFC 3339
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Reporter(
      @Doc("The generation that this replica hands out.") long sequence,
      String digest,
      @Doc("Connected proxies that verify peers of this trust domain.") int verifiers,
      @Doc("Those of them whose TLS contexts are made of this generation.") int enforcing,
      @Doc(
              "Connected proxies that say nothing now, or never did: what they show and keep is not known."
                  + " -1 where the replica's version does not count them: then all of them are.")
          @Default("-1")
          @Nullable Integer unreported,
      @Doc("The others, the first ten, and how many more.") @Default("[]") @MaxItems(11)
          List<String> waitingFor,
      @Doc("Those of the others that never acknowledged anything, namespace/pod; the first 64.")
          @Default("[]")
          @MaxItems(64)
          List<String> silent,
      @Doc("Generations that proxies refused, and why; the first ten.") @Default("[]") @MaxItems(11)
          List<String> refused,
      @Doc("Certificates that proxies show; of the own trust domain only.")
          @Default("[]")
          @MaxItems(16)
          List<LeavesByIssuer> leavesByIssuer,
      @Doc("Open connections by the anchor that vouched for the peer.") @Default("[]") @MaxItems(64)
          List<ConnectionsByAnchor> connectionsByAnchor,
      @Doc("The largest difference to a proxy's clock, to a tenth of a second.")
          long maxClockSkewMillis,
      String observedAt) {
    /** As many silent proxies are named: as many as may be passed over. */
    public static final int MAX_SILENT = 64;

    /** How a silent proxy is shown in {@link #waitingFor}. */
    public static String waitingForSilent(String proxy) {
      return proxy + " (reports nothing)";
    }

    public Reporter {
      // the API server puts the default in, but one whose CRDs are older than this does not
      unreported = unreported == null || unreported < 0 ? verifiers : unreported;
      digest = Objects.requireNonNullElse(digest, "");
      waitingFor = waitingFor == null ? List.of() : List.copyOf(waitingFor);
      silent = silent == null ? List.of() : List.copyOf(silent);
      refused = refused == null ? List.of() : List.copyOf(refused);
      leavesByIssuer = leavesByIssuer == null ? List.of() : List.copyOf(leavesByIssuer);
      connectionsByAnchor =
          connectionsByAnchor == null ? List.of() : List.copyOf(connectionsByAnchor);
      observedAt = Objects.requireNonNullElse(observedAt, Instant.EPOCH.toString());
    }

    @Override
    public Integer unreported() {
      return Objects.requireNonNullElse(unreported, verifiers);
    }

    /** Whether it may be believed at {@code now}; never, when its time cannot be read. */
    public boolean isFresh(Instant now) {
      try {
        return now.isBefore(Instant.parse(observedAt).plus(FRESH));
      } catch (DateTimeParseException e) {
        return false;
      }
    }
  }

  /**
   * Leaves that one certificate signed.
   *
   * @param sha256 of the issuer's DER, in hexadecimal
   * @param earliestNotAfter RFC 3339
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record LeavesByIssuer(
      String sha256,
      int count,
      String earliestNotAfter,
      @Doc("The root that it stands on; empty where that is not known.") @Default("\"\"")
          String anchorSha256) {
    public LeavesByIssuer {
      anchorSha256 = Objects.requireNonNullElse(anchorSha256, "");
    }

    /** Of an issuer that is not known. */
    public LeavesByIssuer(String sha256, int count, String earliestNotAfter) {
      this(sha256, count, earliestNotAfter, "");
    }
  }

  /**
   * @param sha256 of the anchor's DER, in hexadecimal
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ConnectionsByAnchor(String sha256, int count) {}
}

package io.isthmus.cli.support;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes out of text what looks like a secret, wherever it stands. */
final class Redaction {
  private static final String REDACTED = "[redacted]";
  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----.*?(-----END \\1-----|\\z)", Pattern.DOTALL);

  /** A JSON object in base64url, and two parts more. */
  private static final Pattern TOKEN =
      Pattern.compile("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

  private static final Pattern BEARER =
      Pattern.compile("(?i)\\b(bearer|basic) +[A-Za-z0-9._~+/=-]{8,}");

  private static final Pattern CREDENTIALS_IN_URL =
      Pattern.compile("(?<=://)[^\\s/@:\"']+:[^\\s/@\"']+(?=@)");

  private static final String NAME =
      "[A-Za-z0-9_.-]*(?:password|passwd|token|secret|client-key-data|(?:api|access|secret|private)[-_]?key)";
  private static final String VALUE =
      "(?!\\[redacted]|null\\b|true\\b|false\\b|[{\\[/])([^\\s\"',}]{6,})";

  private static final Pattern NAMED =
      Pattern.compile("(?i)(" + NAME + "[\"']?[ \\t]*[:=][ \\t]*[\"']?)" + VALUE);

  /** Of a container, in YAML. */
  private static final Pattern VARIABLE =
      Pattern.compile("(?i)(name: *[\"']?" + NAME + "[\"']? *\\R *value: *[\"']?)" + VALUE);

  /** Long enough for a key in PEM. */
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{100,}={0,2}");

  private Redaction() {}

  static String of(String text) {
    String clean = PRIVATE_KEY.matcher(text).replaceAll(REDACTED);
    clean = BASE64.matcher(clean).replaceAll(Redaction::withoutKey);
    clean = TOKEN.matcher(clean).replaceAll(REDACTED);
    clean = BEARER.matcher(clean).replaceAll("$1 " + Matcher.quoteReplacement(REDACTED));
    clean = CREDENTIALS_IN_URL.matcher(clean).replaceAll(REDACTED);
    clean = VARIABLE.matcher(clean).replaceAll("$1" + Matcher.quoteReplacement(REDACTED));
    return NAMED.matcher(clean).replaceAll("$1" + Matcher.quoteReplacement(REDACTED));
  }

  /** Certificates stay. */
  private static String withoutKey(MatchResult base64) {
    String text = base64.group();
    try {
      byte[] bytes = Base64.getDecoder().decode(text.substring(0, text.length() / 4 * 4));
      String decoded = new String(bytes, StandardCharsets.ISO_8859_1);
      boolean isSecret =
          PRIVATE_KEY.matcher(decoded).find()
              || TOKEN.matcher(decoded).find()
              || NAMED.matcher(decoded).find();
      return isSecret ? REDACTED : Matcher.quoteReplacement(text);
    } catch (IllegalArgumentException e) {
      return Matcher.quoteReplacement(text);
    }
  }
}

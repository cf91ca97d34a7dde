package io.isthmus.proxy.hbone;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A decoded header list that remembers the first rule of RFC 9113, sections 8.2 and 8.3, that it
 * broke. Checked while the decoder adds fields, because a header map no longer knows their order.
 */
final class WireHeaders extends DefaultHttp2Headers {

  private static final Set<String> PSEUDO =
      Set.of(":method", ":authority", ":scheme", ":path", ":protocol", ":status");
  private static final Set<String> CONNECTION_SPECIFIC =
      Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private boolean regularSeen;
  private @Nullable String violation;

  WireHeaders() {
    super(false);
  }

  /** What is wrong with the list; null when it is well formed. */
  @Nullable String violation() {
    return violation;
  }

  @Override
  public Http2Headers add(CharSequence name, CharSequence value) {
    if (violation == null) {
      violation = check(name, value);
    }
    return super.add(name, value);
  }

  private @Nullable String check(CharSequence name, CharSequence value) {
    if (name.isEmpty()) {
      return "header without a name";
    }
    String broken = name.charAt(0) == ':' ? checkPseudo(name) : checkRegular(name, value);
    return broken != null ? broken : checkValue(name, value);
  }

  private @Nullable String checkPseudo(CharSequence name) {
    if (regularSeen) {
      return name + " comes after a regular header";
    }
    if (!PSEUDO.contains(name.toString())) {
      return "unknown pseudo-header " + quoted(name);
    }
    return contains(name) ? name + " comes twice" : null;
  }

  private @Nullable String checkRegular(CharSequence name, CharSequence value) {
    regularSeen = true;
    for (int i = 0; i < name.length(); i++) {
      if (!isTokenCharacter(name.charAt(i))) {
        return "header name " + quoted(name) + ", expected a lower-case token";
      }
    }
    if (CONNECTION_SPECIFIC.contains(name.toString())) {
      return "connection-specific header " + name;
    }
    if (AsciiString.contentEquals(name, "te") && !AsciiString.contentEquals(value, "trailers")) {
      return "te is " + quoted(value) + ", expected trailers";
    }
    return null;
  }

  private static @Nullable String checkValue(CharSequence name, CharSequence value) {
    int length = value.length();
    if (length > 0 && (isBlank(value.charAt(0)) || isBlank(value.charAt(length - 1)))) {
      return "value of " + name + " begins or ends with white space";
    }
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c == 0 || c == '\r' || c == '\n') {
        return "value of " + name + " has a control character at " + i;
      }
    }
    return null;
  }

  private static boolean isTokenCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || TOKEN_MARKS.indexOf(c) >= 0;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static String quoted(CharSequence text) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < Math.min(64, text.length()); i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c < 127 ? c : '?');
    }
    return out.append('\'').toString();
  }
}

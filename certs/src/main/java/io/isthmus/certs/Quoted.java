package io.isthmus.certs;

/** Text from a peer, made fit for a message: printable ASCII, cut at a length. */
final class Quoted {
  private static final int LIMIT = 160;

  private Quoted() {}

  static String of(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), LIMIT); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        quoted.append(c);
      } else {
        quoted.append("\\u%04x".formatted((int) c));
      }
    }
    quoted.append('"');
    return text.length() <= LIMIT
        ? quoted.toString()
        : quoted.append("... (").append(text.length()).append(" characters)").toString();
  }
}

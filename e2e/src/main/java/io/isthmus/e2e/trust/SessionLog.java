package io.isthmus.e2e.trust;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link SessionClient} printed.
 *
 * @param ended sessions that went as they should
 */
record SessionLog(long ended, List<Broken> broken) {
  private static final String ENDED = "ended ";
  private static final String BROKEN = "broken ";

  /** A session that did not, and when that was. */
  record Broken(Instant at, String text) {
    @Override
    public String toString() {
      return at + " " + text;
    }
  }

  SessionLog {
    broken = List.copyOf(broken);
  }

  static String ended(Instant now, long count) {
    return ENDED + now + " " + count;
  }

  static String broken(Instant now, String text) {
    return BROKEN + now + " " + text;
  }

  static SessionLog of(String printed) {
    long ended = 0;
    List<Broken> broken = new ArrayList<>();
    for (String line : printed.lines().toList()) {
      String[] words = line.split(" ", 3);
      if (line.startsWith(ENDED)) {
        ended = Long.parseLong(words[2]);
      } else if (line.startsWith(BROKEN)) {
        broken.add(new Broken(Instant.parse(words[1]), words[2]));
      }
    }
    return new SessionLog(ended, broken);
  }
}

package io.isthmus.cli.check;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As far as it matters. */
record KubernetesVersion(int major, int minor) {
  /** The first with match conditions of webhooks for all. */
  static final KubernetesVersion OLDEST = new KubernetesVersion(1, 30);

  private static final Pattern FORM = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4}).*");

  static Optional<KubernetesVersion> parse(String version) {
    Matcher matcher = FORM.matcher(version);
    return matcher.matches()
        ? Optional.of(
            new KubernetesVersion(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  boolean isSupported() {
    return major > OLDEST.major || (major == OLDEST.major && minor >= OLDEST.minor);
  }

  @Override
  public String toString() {
    return "v%d.%d".formatted(major, minor);
  }
}

package io.isthmus.control.injection;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the name of an image tells of its version. */
public final class ImageVersion {
  /** After the repository, whose registry may have a port: a tag, or a digest, or none. */
  private static final Pattern NAME =
      Pattern.compile("(?:.*/)?[^/:@]*(?::([^@]+))?(?:@(\\w+):(\\w+))?");

  /** Of a label's value. */
  private static final int LONGEST = 63;

  private ImageVersion() {}

  /** Of a digest alone nothing is known that could be compared with other images. */
  public static Optional<String> tag(String image) {
    Matcher name = NAME.matcher(image);
    return name.matches() ? Optional.ofNullable(name.group(1)) : Optional.empty();
  }

  /**
   * As the value of a label.
   *
   * @param image such as {@code registry.example/isthmus-sidecar:1.0}
   * @return the tag; else the beginning of the digest; {@code latest} when there is neither, as
   *     Kubernetes has it
   */
  public static String of(String image) {
    Matcher name = NAME.matcher(image);
    if (!name.matches()) {
      return "unknown";
    }
    String version =
        Optional.ofNullable(name.group(1))
            .or(() ->
                Optional.ofNullable(name.group(3)).map(digest -> name.group(2) + "-" + digest))
            .orElse("latest");
    return version
        .substring(0, Math.min(LONGEST, version.length()))
        .replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "");
  }
}

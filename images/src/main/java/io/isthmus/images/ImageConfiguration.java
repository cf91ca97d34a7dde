package io.isthmus.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configuration in an archive that was written, as JSON. */
record ImageConfiguration(Path archive, String json) {
  private static final Pattern ARCHITECTURE = Pattern.compile("\"architecture\":\"([^\"]*)\"");

  /**
   * Reads it.
   *
   * @param id the image's, which is the configuration's SHA-256 in hexadecimal digits
   */
  static ImageConfiguration of(Path archive, String id) {
    List<String> line = List.of("tar", "-xOf", archive.toString(), "blobs/sha256/" + id);
    try {
      Process tar = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String json = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = tar.waitFor();
      if (status != 0) {
        throw new ImageException("%s ended with %d".formatted(line, status));
      }
      return new ImageConfiguration(archive, json);
    } catch (IOException e) {
      throw new ImageException("cannot run " + line, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while " + archive + " was read", e);
    }
  }

  /** It is the base's, whatever was asked for: Jib warns of another one at most. */
  void refuseOther(Architecture expected, String base) {
    Matcher found = ARCHITECTURE.matcher(json);
    String architecture = found.find() ? found.group(1) : "";
    if (!architecture.equals(expected.inImages())) {
      throw new ImageException(
          "%s: the base %s is for '%s', expected %s, for which this machine builds"
              .formatted(archive, base, architecture, expected.inImages()));
    }
  }
}

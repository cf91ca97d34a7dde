package io.isthmus.images;

import io.isthmus.settings.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What is built, and out of what. */
record Build(Settings settings) {

  Path root() {
    return settings.get(BuildSettings.ROOT).toAbsolutePath();
  }

  /** What is made on the way, and the archives. */
  Path target() {
    return root().resolve("images/target");
  }

  Instant time() {
    return settings.get(BuildSettings.TIME);
  }

  String base() {
    return settings.get(BuildSettings.BASE);
  }

  String captureBase() {
    return settings.get(BuildSettings.CAPTURE_BASE);
  }

  String version() {
    return settings.get(BuildSettings.VERSION);
  }

  Optional<String> revision() {
    return settings.get(BuildSettings.REVISION);
  }

  Optional<Path> caches() {
    return settings.get(BuildSettings.CACHES);
  }

  /** Full name of an image, which is named here without {@code isthmus-}. */
  String name(String id) {
    return "%s/isthmus-%s:%s".formatted(settings.get(BuildSettings.REPOSITORY), id, version());
  }
}

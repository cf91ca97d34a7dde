package io.isthmus.images;

import io.isthmus.settings.Setting;
import io.isthmus.settings.ValueType;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the build says about its images; the properties {@code isthmus.image.*} of the pom. */
final class BuildSettings {
  static final Setting<Path> ROOT = Setting.path("root", "of the project").required();

  static final Setting<String> BASE =
      Setting.text("base", "image with glibc, or a file *.tar with such an image").required();

  static final Setting<String> CAPTURE_BASE =
      Setting.text("capture-base", "image with nft, or a file *.tar with such an image").required();

  static final Setting<String> REPOSITORY =
      Setting.text("repository", "what names of images start with, such as ghcr.io/acme")
          .must("without a / at its end", text -> !text.endsWith("/"))
          .required();

  static final Setting<String> VERSION =
      Setting.text("version", "tag of the images")
          .must(
              "of letters, digits, ., _ and -",
              text -> text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"))
          .required();

  static final Setting<Optional<String>> REVISION =
      Setting.text("revision", "commit that is built").optional();

  static final Setting<Instant> TIME =
      Setting.of(
              "time",
              "of every file and image",
              new ValueType<>(
                  "a time such as 2026-01-01T00:00:00Z", Instant::parse, Instant::toString))
          .required();

  static final Setting<Optional<Path>> CACHES =
      Setting.path(
              "caches",
              "images/target of an earlier build, whose AOT caches are taken: nothing is trained")
          .optional();

  private BuildSettings() {}

  static List<Setting<?>> all() {
    return List.of(ROOT, BASE, CAPTURE_BASE, REPOSITORY, VERSION, REVISION, TIME, CACHES);
  }
}

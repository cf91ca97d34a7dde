package io.isthmus.proxy;

import io.isthmus.settings.Setting;
import io.isthmus.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;

/** Where the settings say that the own SVID comes from. */
sealed interface SvidOrigin {
  record Control() implements SvidOrigin {}

  record Files(Path certificates, Path key) implements SvidOrigin {}

  record WorkloadApi(Path socket) implements SvidOrigin {}

  /**
   * Throws {@link IllegalArgumentException} when a setting is missing, or is for another source.
   */
  static SvidOrigin of(Settings settings) {
    return switch (settings.get(SvidSettings.SOURCE)) {
      case CONTROL -> {
        refuse(settings, SvidSettings.CERTIFICATES, "control", "files");
        refuse(settings, SvidSettings.KEY, "control", "files");
        refuse(settings, SvidSettings.WORKLOAD_API_SOCKET, "control", "workload-api");
        yield new Control();
      }
      case FILES -> {
        refuse(settings, SvidSettings.WORKLOAD_API_SOCKET, "files", "workload-api");
        yield new Files(
            require(settings, SvidSettings.CERTIFICATES, "files"),
            require(settings, SvidSettings.KEY, "files"));
      }
      case WORKLOAD_API -> {
        refuse(settings, SvidSettings.CERTIFICATES, "workload-api", "files");
        refuse(settings, SvidSettings.KEY, "workload-api", "files");
        yield new WorkloadApi(require(settings, SvidSettings.WORKLOAD_API_SOCKET, "workload-api"));
      }
    };
  }

  private static Path require(Settings settings, Setting<Optional<Path>> setting, String source) {
    return settings
        .get(setting)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s is missing: expected --%s=<%s>, as %s=%s"
                    .formatted(
                        setting.key(),
                        setting.key(),
                        setting.expected(),
                        SvidSettings.SOURCE.key(),
                        source)));
  }

  private static void refuse(
      Settings settings, Setting<Optional<Path>> setting, String source, String other) {
    settings
        .get(setting)
        .ifPresent(given -> {
          throw new IllegalArgumentException(
              "%s=%s, but %s=%s does not use it: expected %s=%s, or no %s"
                  .formatted(
                      setting.key(),
                      given,
                      SvidSettings.SOURCE.key(),
                      source,
                      SvidSettings.SOURCE.key(),
                      other,
                      setting.key()));
        });
  }
}

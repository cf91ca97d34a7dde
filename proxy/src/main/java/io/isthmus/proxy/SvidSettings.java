package io.isthmus.proxy;

import io.isthmus.settings.Setting;
import io.isthmus.settings.ValueType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The settings that say where the own SVID comes from; sidecar and gateway have them alike. */
public final class SvidSettings {
  /** The kinds of sources. */
  public enum Source {
    CONTROL,
    FILES,
    WORKLOAD_API
  }

  public static final Setting<Source> SOURCE =
      Setting.oneOf("svid-source", "where this process's own certificate comes from", Source.class)
          .withDefault(Source.CONTROL);
  public static final Setting<Optional<Path>> CERTIFICATES =
      Setting.path(
              "svid-certificates",
              "own certificate, then intermediates, in PEM; followed when it changes; for svid-source=files")
          .optional();
  public static final Setting<Optional<Path>> KEY =
      Setting.path(
              "svid-key",
              "its key in PEM, PKCS#8, EC or RSA; followed when it changes; for svid-source=files")
          .optional();
  public static final Setting<Optional<Path>> WORKLOAD_API_SOCKET =
      Setting.of(
              "workload-api-socket",
              "socket of the SPIFFE agent, as in SPIFFE_ENDPOINT_SOCKET; for svid-source=workload-api",
              socket())
          .optional();

  private static final String UNIX = "unix://";

  /** What {@code sockaddr_un} has room for, with the NUL that ends it. */
  private static final int MAX_SOCKET_BYTES = 107;

  private SvidSettings() {}

  public static List<Setting<?>> all() {
    return List.of(SOURCE, CERTIFICATES, KEY, WORKLOAD_API_SOCKET);
  }

  private static ValueType<Path> socket() {
    return new ValueType<>(
        "an absolute path of at most 107 bytes such as unix:///run/spire/sockets/agent.sock, or the same without unix://; tcp:// is not built",
        SvidSettings::parseSocket,
        path -> UNIX + path);
  }

  private static Path parseSocket(String text) {
    String path = text.startsWith(UNIX) ? text.substring(UNIX.length()) : text;
    int bytes = path.getBytes(StandardCharsets.UTF_8).length;
    if (!path.startsWith("/") || bytes > MAX_SOCKET_BYTES) {
      throw new IllegalArgumentException("no absolute path of at most 107 bytes");
    }
    return Path.of(path);
  }
}

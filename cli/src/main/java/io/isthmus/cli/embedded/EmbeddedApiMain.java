package io.isthmus.cli.embedded;

import io.isthmus.settings.Setting;
import io.isthmus.settings.Settings;
import io.isthmus.settings.SettingsReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: {@code --address=127.1.0.1:6443 --state=<directory>}; runs until it is killed. */
public final class EmbeddedApiMain {
  private static final Setting<InetSocketAddress> ADDRESS =
      Setting.address("address", "where the API is served").required();
  private static final Setting<Path> STATE =
      Setting.path("state", "directory of the journal and the token key").required();

  private EmbeddedApiMain() {}

  public static void main(String[] args) throws InterruptedException {
    Settings settings = SettingsReader.of(List.of(ADDRESS, STATE)).readOrExit("embedded-api", args);
    Logger log = LoggerFactory.getLogger(EmbeddedApiMain.class);
    InetSocketAddress address = settings.get(ADDRESS);
    try (EmbeddedApiServer server =
        EmbeddedApiServer.start(address, settings.get(STATE), Clock.systemUTC())) {
      log.atInfo()
          .addKeyValue("url", server.url())
          .log("fabric8's in-memory API server is ready; callers' credentials are not checked");
      Thread.currentThread().join();
    } catch (IOException | RuntimeException e) {
      System.err.printf(
          "embedded-api: cannot serve on %s: %s. Is another process using the port?%n",
          address, e.getMessage());
      System.exit(1);
    }
  }
}

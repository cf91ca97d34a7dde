package io.isthmus.control;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.client.LastingClient;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Settings;
import io.isthmus.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code isthmus-control --key=value ...}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Settings values = SettingsReader.of(ControlSettings.all()).readOrExit("isthmus-control", args);
    System.setProperty("isthmus.log.level", values.get(CommonSettings.LOG_LEVEL));
    // of the JDK's HTTP server, before its first use: whoever connects and stalls is cut off
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("jdk.httpserver.maxConnections", "1024");
    ControlSettings settings = ControlSettings.of(values);
    ControlPlane control;
    try {
      control = new ControlPlane(settings, client(settings.kubeconfig()));
    } catch (IOException e) {
      System.err.println("isthmus-control: " + e.getMessage());
      System.exit(2);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(control::close, "stop"));
    try {
      control.start();
    } catch (IOException e) {
      System.err.println("isthmus-control: " + e.getMessage());
      System.exit(2);
    }
  }

  private static KubernetesClient client(Optional<Path> kubeconfig) throws IOException {
    if (kubeconfig.isEmpty()) {
      return LastingClient.of(new ConfigBuilder().build());
    }
    Path file = kubeconfig.get();
    try {
      return LastingClient.of(Config.fromKubeconfig(Files.readString(file)));
    } catch (IOException | RuntimeException e) {
      throw new IOException("kubeconfig=" + file + ": expected a kubeconfig file: " + e, e);
    }
  }
}

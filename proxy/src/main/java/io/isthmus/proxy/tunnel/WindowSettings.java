package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.hbone.HboneSettings;
import io.isthmus.proxy.memory.Windows;

/** The framing's settings for a connection with these windows. */
final class WindowSettings {
  private WindowSettings() {}

  static HboneSettings forClient(Windows windows) {
    return HboneSettings.forClient().withWindows(windows.stream(), windows.connection());
  }

  static HboneSettings forServer(Windows windows) {
    return HboneSettings.forServer().withWindows(windows.stream(), windows.connection());
  }
}

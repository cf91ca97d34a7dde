package io.isthmus.settings;

import java.util.Map;

/** The values a process was started with: complete and valid, or it would not exist. */
public final class Settings {
  private final Map<Setting<?>, Object> values;

  Settings(Map<Setting<?>, Object> values) {
    this.values = Map.copyOf(values);
  }

  /** Throws {@link IllegalArgumentException} for a setting that the reader was not told of. */
  public <T> T get(Setting<T> setting) {
    Object value = values.get(setting);
    if (value == null) {
      throw new IllegalArgumentException(
          "setting " + setting.key() + " is not in this process's list of settings");
    }
    @SuppressWarnings("unchecked") // put there by SettingsReader under the same Setting<T>
    T typed = (T) value;
    return typed;
  }
}

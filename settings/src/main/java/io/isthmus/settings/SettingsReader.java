package io.isthmus.settings;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code --key=value} arguments over {@code --settings=<properties file>}. The environment is
 * never consulted: what a process runs with is on its command line.
 */
public final class SettingsReader {
  private final Map<String, Setting<?>> settings;

  private SettingsReader(Map<String, Setting<?>> settings) {
    this.settings = settings;
  }

  public static SettingsReader of(List<Setting<?>> settings) {
    Map<String, Setting<?>> byKey = new LinkedHashMap<>();
    for (Setting<?> setting : settings) {
      if (byKey.put(setting.key(), setting) != null || isReserved(setting.key())) {
        throw new IllegalArgumentException("setting " + setting.key() + " is declared twice");
      }
    }
    return new SettingsReader(byKey);
  }

  /** Throws with every problem found, not only the first. */
  public Settings read(String[] args) throws InvalidSettingsException {
    List<String> problems = new ArrayList<>();
    Map<String, String> given = GivenValues.of(args, problems);
    Map<Setting<?>, Object> values = new HashMap<>();
    given.forEach((key, text) -> {
      Setting<?> setting = settings.get(key);
      if (setting == null) {
        problems.add(unknown(key));
      } else {
        parse(setting, text, problems).ifPresent(value -> values.put(setting, value));
      }
    });
    for (Setting<?> setting : settings.values()) {
      if (!given.containsKey(setting.key())) {
        switch (setting.absent()) {
          case Setting.Absent.Refused<?>() -> problems.add(missing(setting));
          case Setting.Absent.Value<?>(Object value, var _) -> values.put(setting, value);
          case Setting.Absent.OfTheMachine<?>(Object value, var _) -> values.put(setting, value);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return new Settings(values);
  }

  /**
   * For a process's {@code main}: empty when the process is to end, after the reference was printed
   * to {@code out} ({@code --help}) or the problems to {@code err}.
   */
  public Optional<Settings> read(String process, String[] args, PrintStream out, PrintStream err) {
    if (asksForHelp(args)) {
      out.print(SettingsReference.text(process, List.copyOf(settings.values())));
      return Optional.empty();
    }
    try {
      return Optional.of(read(args));
    } catch (InvalidSettingsException e) {
      err.println(process + ": " + e.getMessage());
      err.println("Run with --help for the list of settings.");
      return Optional.empty();
    }
  }

  /** As above on the process's own streams; ends the process with 0 after help, 2 on problems. */
  public Settings readOrExit(String process, String[] args) {
    Optional<Settings> settings = read(process, args, System.out, System.err);
    if (settings.isEmpty()) {
      System.exit(asksForHelp(args) ? 0 : 2);
    }
    return settings.orElseThrow();
  }

  static boolean asksForHelp(String[] args) {
    return List.of(args).contains("--help");
  }

  private static boolean isReserved(String key) {
    return key.equals(GivenValues.FILE) || key.equals("help");
  }

  private static Optional<Object> parse(Setting<?> setting, String text, List<String> problems) {
    try {
      return Optional.of((Object) setting.parse(text));
    } catch (RuntimeException e) {
      problems.add(
          "%s=%s: expected %s (%s)"
              .formatted(setting.key(), text, setting.expected(), setting.meaning()));
      return Optional.empty();
    }
  }

  private static String missing(Setting<?> setting) {
    return "%s is missing: expected --%s=<%s> (%s)"
        .formatted(setting.key(), setting.key(), setting.expected(), setting.meaning());
  }

  private String unknown(String key) {
    return settings.keySet().stream()
        .min(Comparator.comparingInt(known -> EditDistance.between(key, known)))
        .filter(known -> EditDistance.between(key, known) <= Math.max(2, key.length() / 2))
        .map(known -> key + " is not a setting: did you mean " + known + "?")
        .orElse(key + " is not a setting: --help lists them");
  }
}

package io.isthmus.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** What was typed, before anything is parsed: arguments laid over the properties file. */
final class GivenValues {
  static final String FILE = "settings";

  private GivenValues() {}

  static Map<String, String> of(String[] args, List<String> problems) {
    Map<String, String> typed = new LinkedHashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (!arg.startsWith("--") || equals < 3) {
        problems.add("\"" + arg + "\": expected --key=value");
        continue;
      }
      String key = arg.substring(2, equals);
      String value = arg.substring(equals + 1);
      String before = typed.putIfAbsent(key, value);
      if (before != null) {
        problems.add(
            "%s is given twice, as %s and %s: expected once".formatted(key, before, value));
      }
    }
    String file = typed.remove(FILE);
    if (file == null) {
      return typed;
    }
    Map<String, String> merged = new TreeMap<>(fromFile(file, problems));
    merged.putAll(typed);
    return merged;
  }

  private static Map<String, String> fromFile(String file, List<String> problems) {
    Map<String, String> values = new TreeMap<>();
    try (Reader reader = Files.newBufferedReader(Path.of(file))) {
      Properties properties = new Properties();
      properties.load(reader);
      properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    } catch (NoSuchFileException e) {
      problems.add(FILE + "=" + file + ": no such file; expected a properties file");
    } catch (IOException | InvalidPathException e) {
      problems.add(FILE + "=" + file + ": cannot be read as a properties file: " + e);
    } catch (IllegalArgumentException e) {
      problems.add(FILE + "=" + file + ": expected a properties file: " + e.getMessage());
    }
    return values;
  }
}

package io.isthmus.proxy.admin;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** The level of this process's own loggers; others stay at warn. */
public final class LogLevel {
  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug");

  private final Logger logger;

  private LogLevel(Logger logger) {
    this.logger = logger;
  }

  public static LogLevel ofThisProcess() {
    return new LogLevel((Logger) LoggerFactory.getLogger("io.isthmus"));
  }

  public String current() {
    return logger.getEffectiveLevel().toString().toLowerCase(Locale.ROOT);
  }

  public void set(String level) {
    logger.setLevel(Level.toLevel(level));
  }

  Page change(String level) {
    if (!LEVELS.contains(level)) {
      return Page.text(400, "level=" + level + ": expected one of " + LEVELS + "\n");
    }
    set(level);
    return Page.text(200, level + "\n");
  }
}

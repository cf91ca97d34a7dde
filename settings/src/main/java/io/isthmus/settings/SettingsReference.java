package io.isthmus.settings;

import java.util.List;

/** The reference of a process's settings, written from their declarations. */
public final class SettingsReference {
  private SettingsReference() {}

  /** A Markdown page for {@code docs/}; a test holds it against the committed one. */
  public static String markdown(String process, List<Setting<?>> settings) {
    StringBuilder page =
        new StringBuilder()
            .append("# Settings of ")
            .append(process)
            .append(
                """


                Given as `--key=value`, or in the properties file that `--settings=<file>` names; an
                argument wins over the file. Generated from the declarations.

                | key | expected | default | meaning |
                |---|---|---|---|
                """);
    for (Setting<?> setting : settings) {
      page.append("| `")
          .append(setting.key())
          .append("` | ")
          .append(cell(setting.expected()))
          .append(" | ")
          .append(
              switch (setting.absent()) {
                case Setting.Absent.Refused<?>() -> "**required**";
                case Setting.Absent.Value<?>(var _, String shown) ->
                    shown.isEmpty() ? "off" : "`" + cell(shown) + "`";
                case Setting.Absent.OfTheMachine<?>(var _, String described) -> cell(described);
              })
          .append(" | ")
          .append(cell(setting.meaning()))
          .append(" |\n");
    }
    return page.toString();
  }

  /** What {@code --help} prints. */
  public static String text(String process, List<Setting<?>> settings) {
    StringBuilder help =
        new StringBuilder(process).append(" --key=value ... [--settings=<properties file>]\n\n");
    for (Setting<?> setting : settings) {
      String absent =
          switch (setting.absent()) {
            case Setting.Absent.Refused<?>() -> "required";
            case Setting.Absent.Value<?>(var _, String shown) ->
                shown.isEmpty() ? "off by default" : "default " + shown;
            case Setting.Absent.OfTheMachine<?>(var _, String described) -> "default " + described;
          };
      help.append(
          "  --%s%n      %s%n      %s; %s%n"
              .formatted(setting.key(), setting.meaning(), setting.expected(), absent));
    }
    return help.toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}

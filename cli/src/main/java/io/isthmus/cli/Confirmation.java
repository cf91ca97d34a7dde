package io.isthmus.cli;

import java.io.Console;
import picocli.CommandLine.Option;

/** Asks a person before something that cannot be undone. Scripts, where nobody is, say --yes. */
public final class Confirmation {
  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  /** Returns when it was confirmed; {@code unchanged} says what is so where it was not. */
  public void ask(String unchanged) {
    if (yes) {
      return;
    }
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw CommandException.usage(
          unchanged, "nobody is at the terminal to confirm it", "add --yes");
    }
    if (!"yes".equals(console.readLine("Type yes to go on: "))) {
      throw CommandException.refused(unchanged, "it was not confirmed", "type yes");
    }
  }

  public boolean isGiven() {
    return yes;
  }
}

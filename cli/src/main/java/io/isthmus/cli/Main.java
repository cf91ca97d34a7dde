package io.isthmus.cli;

/** Entry point of the {@code isthmus} command. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(IsthmusCommand.commandLine().execute(args));
  }
}

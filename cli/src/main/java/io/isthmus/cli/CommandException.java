package io.isthmus.cli;

/**
 * A verb that cannot do what it was asked. Printed as three lines: what failed on which object,
 * why, and what to try.
 */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;
  private final String why;
  private final String advice;

  private CommandException(int exitCode, String what, String why, String advice) {
    super(what);
    this.exitCode = exitCode;
    this.why = why;
    this.advice = advice;
  }

  public static CommandException refused(String what, String why, String advice) {
    return new CommandException(ExitCode.NO, what, why, advice);
  }

  public static CommandException usage(String what, String why, String advice) {
    return new CommandException(ExitCode.USAGE, what, why, advice);
  }

  public static CommandException unreachable(String what, String why, String advice) {
    return new CommandException(ExitCode.UNREACHABLE, what, why, advice);
  }

  /** The reason alone, for a verb that goes on with what it has. */
  public String why() {
    return why;
  }

  int exitCode() {
    return exitCode;
  }

  String text() {
    return "isthmus: %s%n  why: %s%n  try: %s".formatted(getMessage(), why, advice);
  }
}

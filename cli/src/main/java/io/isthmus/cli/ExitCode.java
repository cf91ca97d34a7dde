package io.isthmus.cli;

/** What the command's exit codes mean; scripts depend on them. */
public final class ExitCode {
  /** Yes: done, or so. */
  public static final int YES = 0;

  /** No: a check failed, a plan was refused. */
  public static final int NO = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** Something needed could not be reached. */
  public static final int UNREACHABLE = 3;

  private ExitCode() {}
}

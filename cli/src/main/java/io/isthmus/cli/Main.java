package io.isthmus.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;

/** Entry point of the {@code isthmus} command. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(IsthmusCommand.commandLine().setOut(standardOutput()).execute(args));
  }

  /** Unlike System.out, which goes on when nobody reads any more, this one tells. */
  private static PrintWriter standardOutput() {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), System.out.charset()),
        true);
  }
}

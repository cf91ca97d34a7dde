package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The command as it is typed, with the same words at its beginning, and what it last printed. */
public final class Typed {
  private final List<String> beginning;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  public Typed(String... beginning) {
    this.beginning = List.of(beginning);
  }

  /** Returns the exit code. */
  public int run(String... more) {
    List<String> line = new ArrayList<>(beginning);
    line.addAll(List.of(more));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine command = IsthmusCommand.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(line.toArray(String[]::new));
  }

  public void assertDone(String... more) {
    assertThat(run(more)).as(out + "" + err).isEqualTo(ExitCode.YES);
  }

  public void assertRefused(int expected, List<String> texts, String... more) {
    assertThat(run(more)).as(out + "" + err).isEqualTo(expected);
    assertThat(err.toString()).contains(texts).contains("why: ", "try: ");
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }
}

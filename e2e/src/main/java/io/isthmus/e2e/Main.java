package io.isthmus.e2e;

import io.isthmus.e2e.story.StorySuite;
import java.nio.file.Path;
import java.util.List;

/** {@code e2e/run}: runs suites by name; the last line is {@code N passed, N failed}. */
final class Main {
  private Main() {}

  public static void main(String[] args) {
    List<Suite> suites = List.of(new StorySuite(Path.of(System.getProperty("isthmus.root", "."))));
    if (args.length == 0 || args[0].equals("--list")) {
      suites.forEach(s -> System.out.printf("%-12s %s%n", s.name(), s.description()));
      System.exit(args.length == 0 ? 2 : 0);
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() ->
                ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    int passed = 0;
    int failed = 0;
    for (String name : args) {
      Suite suite = suites.stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
      if (suite == null) {
        System.err.printf(
            "e2e/run: unknown suite '%s', expected one of %s%n",
            name, suites.stream().map(Suite::name).toList());
        System.exit(2);
        return;
      }
      Scenarios scenarios = new Scenarios(System.out);
      try {
        suite.run(scenarios);
      } catch (Scenarios.StageFailure e) {
        System.out.println(e.getMessage());
      }
      passed += scenarios.passed();
      failed += scenarios.failed();
    }
    System.out.printf("%d passed, %d failed%n", passed, failed);
    System.exit(failed == 0 ? 0 : 1);
  }
}

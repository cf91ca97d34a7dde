package io.isthmus.e2e;

import io.isthmus.e2e.apps.AppsSuite;
import io.isthmus.e2e.attack.AttackSuite;
import io.isthmus.e2e.availability.AvailabilitySuite;
import io.isthmus.e2e.demo.DemoSuite;
import io.isthmus.e2e.drills.DrillsSuite;
import io.isthmus.e2e.images.ImagesSuite;
import io.isthmus.e2e.install.InstallSuite;
import io.isthmus.e2e.nodes.NodesSuite;
import io.isthmus.e2e.rights.RightsSuite;
import io.isthmus.e2e.site.Namespace;
import io.isthmus.e2e.story.StorySuite;
import io.isthmus.e2e.trust.ChaosSuite;
import io.isthmus.e2e.trust.SharedTrustSuite;
import io.isthmus.e2e.trust.SoakSuite;
import java.nio.file.Path;
import java.util.List;

/** {@code e2e/run}: runs suites by name; the last line is {@code N passed, N failed}. */
final class Main {
  private Main() {}

  public static void main(String[] args) {
    Path root = Path.of(System.getProperty("isthmus.root", "."));
    Runtime.getRuntime().addShutdownHook(new Thread(Main::leaveNothing, "clean-up"));
    Namespace.removeLeftovers();
    Runner runner =
        new Runner(
            List.of(
                new StorySuite(root),
                new DemoSuite(root),
                new SoakSuite(root),
                new ChaosSuite(root),
                new SharedTrustSuite(root),
                new RightsSuite(root),
                new ImagesSuite(root),
                new InstallSuite(root),
                new DrillsSuite(root),
                new AppsSuite(root),
                new AttackSuite(root),
                new NodesSuite(root),
                new AvailabilitySuite(root)),
            "true".equals(System.getenv("CI")) ? Runner.Unable.FAILS : Runner.Unable.IS_SKIPPED,
            System.out,
            System.err);
    System.exit(runner.run(List.of(args)));
  }

  /** A run that is interrupted has not closed its sites. */
  private static void leaveNothing() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    Namespace.removeLeftovers();
  }
}

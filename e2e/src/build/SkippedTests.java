import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * The last step of {@code ./mvnw verify}: sums up all test reports and names every skipped test with
 * its reason. With CI=true a skipped test fails the build.
 *
 * <p>Arguments: the project's root directory.
 */
void main(String[] args) throws Exception {
  Path root = Path.of(args[0]);
  List<String> skipped = new ArrayList<>();
  int run = 0;
  try (var modules = Files.list(root)) {
    for (Path module : modules.sorted().toList()) {
      for (String reports : List.of("target/surefire-reports", "target/failsafe-reports")) {
        Path directory = module.resolve(reports);
        if (!Files.isDirectory(directory)) {
          continue;
        }
        try (var files = Files.newDirectoryStream(directory, "TEST-*.xml")) {
          for (Path file : files) {
            Element suite =
                DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement();
            var cases = suite.getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
              run++;
              Element testcase = (Element) cases.item(i);
              var marks = testcase.getElementsByTagName("skipped");
              if (marks.getLength() > 0) {
                skipped.add(
                    "  %s: %s: %s"
                        .formatted(
                            module.getFileName(), name(testcase), reason((Element) marks.item(0))));
              }
            }
          }
        }
      }
    }
  }
  IO.println("[isthmus] " + run + " tests in all modules, " + skipped.size() + " skipped");
  skipped.forEach(IO::println);
  IO.println("[isthmus] not among them: the suites on real clusters, e2e/run --list");
  if (!skipped.isEmpty() && "true".equals(System.getenv("CI"))) {
    IO.println("[isthmus] CI=true: a skipped test is a failure; provide what its reason names");
    System.exit(1);
  }
  if (run == 0) {
    IO.println("[isthmus] no test report found under " + root + ", expected */target/surefire-reports");
    System.exit(1);
  }
}

/** A whole class that was skipped is reported as a test case named initializationError. */
String name(Element testcase) {
  String name = testcase.getAttribute("name");
  return testcase.getAttribute("classname")
      + (name.equals("initializationError") ? ", all of it" : "." + name);
}

/** Of a whole class it is not in the attribute, but in the first line of the stack trace. */
String reason(Element skipped) {
  String message = skipped.getAttribute("message");
  String trace = skipped.getTextContent().lines().findFirst().orElse("");
  String reason = message.isBlank() ? trace.replaceFirst("^[\\w.]+: ", "") : message;
  return reason.isBlank() ? "no reason given" : reason;
}

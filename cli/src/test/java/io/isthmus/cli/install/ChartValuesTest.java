package io.isthmus.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each value is told in values.yaml, and from there in the chart's README; the schema knows it. */
class ChartValuesTest {
  private static final Path CHARTS = Path.of(System.getProperty("isthmus.root"), "charts");

  /** Made for charts that have this one as a part. */
  private static final String GLOBAL = "global";

  @ParameterizedTest
  @ValueSource(strings = {Release.MESH, Release.GATEWAY})
  void readmeHasTheValues(String chart) throws IOException {
    Path readme = CHARTS.resolve(chart).resolve("README.md");
    String before = Files.readString(readme);
    String text =
        before.replaceFirst("(?s)\n## Values\n.*", "")
            + "\n## Values\nGenerated from values.yaml.\n\n"
            + ValuesPage.of(CHARTS.resolve(chart).resolve("values.yaml")).table();
    if (Boolean.getBoolean("isthmus.docs.write")) {
      Files.writeString(readme, text);
    }
    assertThat(readme).as("regenerate it with -Disthmus.docs.write=true").content().isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {Release.MESH, Release.GATEWAY})
  void eachValueIsToldAndInTheSchema(String chart) throws IOException {
    ValuesPage page = ValuesPage.of(CHARTS.resolve(chart).resolve("values.yaml"));
    assertThat(page.entries()).allSatisfy(each -> assertThat(each.meaning()).isNotBlank());
    Map<String, Object> schema =
        asMap(
            Serialization.unmarshal(
                Files.readString(CHARTS.resolve(chart).resolve("values.schema.json")), Map.class));
    Set<String> known = new TreeSet<>();
    leaves("", schema, known);
    known.remove(GLOBAL);
    assertThat(known)
        .containsExactlyInAnyOrderElementsOf(
            page.entries().stream().map(ValuesPage.Entry::path).toList());
  }

  /** Objects whose keys are the user's own, and resources, are leaves. */
  private static void leaves(String path, Map<String, Object> schema, Set<String> into) {
    if (schema.get("properties") instanceof Map<?, ?> properties && !path.endsWith("resources")) {
      properties.forEach((key, each) ->
          leaves(path.isEmpty() ? key.toString() : path + "." + key, asMap(each), into));
    } else {
      into.add(path);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object object) {
    return (Map<String, Object>) object;
  }
}

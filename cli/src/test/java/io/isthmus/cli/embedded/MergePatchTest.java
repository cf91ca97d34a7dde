package io.isthmus.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class MergePatchTest {
  private static ObjectNode json(String text) {
    return (ObjectNode) StoredObjects.JSON.readTree(text.replace('\'', '"'));
  }

  private static ObjectNode patched(String target, String patch) {
    ObjectNode changed = json(target);
    MergePatch.apply(changed, json(patch));
    return changed;
  }

  @Test
  void listTakesThePlaceOfTheOneThatIsThere() {
    assertThat(patched("{'a': {'b': [1, 2], 'c': 1}}", "{'a': {'b': [3]}}"))
        .isEqualTo(json("{'a': {'b': [3], 'c': 1}}"));
  }

  @Test
  void nullTakesAFieldAway() {
    assertThat(patched("{'a': {'b': 1, 'c': 1}}", "{'a': {'b': null}, 'd': {'e': null}}"))
        .isEqualTo(json("{'a': {'c': 1}, 'd': {}}"));
  }

  @Test
  void objectTakesThePlaceOfWhatIsNone() {
    assertThat(patched("{'a': [1]}", "{'a': {'b': 1}}")).isEqualTo(json("{'a': {'b': 1}}"));
  }
}

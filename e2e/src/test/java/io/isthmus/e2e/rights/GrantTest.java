package io.isthmus.e2e.rights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GrantTest {
  private static final Grant EVERYWHERE =
      new Grant("isthmus-control", "create", "", "configmaps", "", "");
  private static final Grant IN_SYSTEM =
      new Grant("isthmus-control", "create", "", "configmaps", "isthmus-system", "");

  @Test
  void aRoleIsExpandedToEachVerbResourceAndNameForTheAccountsThatItIsBoundTo() {
    Set<Grant> grants =
        Grant.parse(
            """
            {"items": [
              {"kind": "Role", "metadata": {"name": "r", "namespace": "isthmus-system"},
               "rules": [{"apiGroups": [""], "resources": ["secrets"],
                          "resourceNames": ["a", "b"], "verbs": ["get", "update"]}]},
              {"kind": "RoleBinding", "metadata": {"name": "r", "namespace": "isthmus-system"},
               "roleRef": {"kind": "Role", "name": "r"},
               "subjects": [{"kind": "ServiceAccount", "name": "isthmus-control",
                             "namespace": "isthmus-system"},
                            {"kind": "ServiceAccount", "name": "other", "namespace": "shop"}]}
            ]}
            """);

    assertThat(grants)
        .extracting(Grant::toString)
        .containsExactly(
            "isthmus-control: get secrets 'a' in isthmus-system",
            "isthmus-control: get secrets 'b' in isthmus-system",
            "isthmus-control: update secrets 'a' in isthmus-system",
            "isthmus-control: update secrets 'b' in isthmus-system");
  }

  @Test
  void whatAnotherGrantAllowsAsWellIsNotNeeded() {
    Set<Grant> granted = Set.of(EVERYWHERE, IN_SYSTEM);
    List<Use> uses = List.of(create("isthmus-system"), create("shop"));

    assertThat(EVERYWHERE.isNeeded(granted, uses)).isTrue();
    assertThat(IN_SYSTEM.isNeeded(granted, uses)).isFalse();
    assertThat(IN_SYSTEM.isNeeded(Set.of(IN_SYSTEM), uses)).isTrue();
  }

  @Test
  void aGrantOfANameIsNotUsedByWhatIsAboutAllNames() {
    Grant named = new Grant("isthmus-control", "list", "", "configmaps", "", "bundle");

    assertThat(named.allows(new Use("isthmus-control", "list", "", "configmaps", "", "", 200)))
        .isFalse();
    assertThat(
            named.allows(new Use("isthmus-control", "list", "", "configmaps", "", "bundle", 200)))
        .isTrue();
  }

  private static Use create(String namespace) {
    return new Use("isthmus-control", "create", "", "configmaps", namespace, "", 201);
  }
}

package io.isthmus.e2e.rights;

import io.isthmus.e2e.site.Site;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One verb on one resource that a role gives a component.
 *
 * @param namespace empty: all of them
 * @param name of the only object that it is for; empty: any
 */
record Grant(
    String account, String verb, String group, String resource, String namespace, String name) {

  /** All that is bound to the accounts of our namespace. */
  static Set<Grant> of(Site site) {
    return parse(
        site.kubectl(
            "get", "clusterroles,roles,clusterrolebindings,rolebindings", "-A", "-o", "json"));
  }

  static Set<Grant> parse(String list) {
    List<JsonNode> objects =
        JsonMapper.shared().readTree(list).path("items").valueStream().toList();
    Map<String, JsonNode> roles =
        objects.stream()
            .filter(object -> object.has("rules"))
            .collect(Collectors.toMap(Grant::place, Function.identity()));
    Set<Grant> all = new LinkedHashSet<>();
    for (JsonNode binding : objects) {
      for (JsonNode subject : binding.path("subjects").valueStream().toList()) {
        if (subject.path("namespace").asString("").equals("isthmus-system")) {
          String namespace = binding.path("metadata").path("namespace").asString("");
          JsonNode role = roles.get(bound(binding.path("roleRef"), namespace));
          if (role == null) {
            throw new AssertionError(place(binding) + " binds a role that is not there");
          }
          all.addAll(expanded(subject.path("name").asString(""), namespace, role));
        }
      }
    }
    return all;
  }

  private static String place(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return "%s %s/%s"
        .formatted(
            object.path("kind").asString(""),
            metadata.path("namespace").asString(""),
            metadata.path("name").asString(""));
  }

  private static String bound(JsonNode role, String namespace) {
    String kind = role.path("kind").asString("");
    return "%s %s/%s"
        .formatted(kind, kind.equals("Role") ? namespace : "", role.path("name").asString(""));
  }

  private static List<Grant> expanded(String account, String namespace, JsonNode role) {
    List<Grant> grants = new ArrayList<>();
    for (JsonNode rule : role.path("rules").valueStream().toList()) {
      List<String> names = texts(rule, "resourceNames");
      for (String group : texts(rule, "apiGroups")) {
        for (String resource : texts(rule, "resources")) {
          for (String verb : texts(rule, "verbs")) {
            for (String name : names.isEmpty() ? List.of("") : names) {
              grants.add(new Grant(account, verb, group, resource, namespace, name));
            }
          }
        }
      }
    }
    return grants;
  }

  private static List<String> texts(JsonNode rule, String key) {
    return rule.path(key).valueStream().map(JsonNode::asString).toList();
  }

  boolean allows(Use use) {
    return account.equals(use.account())
        && verb.equals(use.verb())
        && group.equals(use.group())
        && resource.equals(use.resource())
        && (namespace.isEmpty() || namespace.equals(use.namespace()))
        && (name.isEmpty() || name.equals(use.name()));
  }

  /** Without it, something that was done would have been denied. */
  boolean isNeeded(Set<Grant> granted, List<Use> uses) {
    return uses.stream()
        .filter(this::allows)
        .anyMatch(use ->
            granted.stream().filter(other -> !other.equals(this)).noneMatch(o -> o.allows(use)));
  }

  @Override
  public String toString() {
    return "%s: %s %s%s%s%s"
        .formatted(
            account,
            verb,
            resource,
            group.isEmpty() ? "" : "." + group,
            name.isEmpty() ? "" : " '" + name + "'",
            namespace.isEmpty() ? "" : " in " + namespace);
  }
}

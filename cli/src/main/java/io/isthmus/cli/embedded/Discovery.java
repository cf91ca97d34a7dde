package io.isthmus.cli.embedded;

import io.fabric8.mockwebserver.http.MockResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * {@code /version}, {@code /api}, {@code /apis} and the lists below them, so that kubectl works.
 */
final class Discovery {
  private static final List<String> VERBS =
      List.of("create", "delete", "get", "list", "patch", "update", "watch");

  /** groupVersion, plural, kind, namespaced, short name (or -). */
  private static final String BUILT_IN =
      """
      v1 namespaces Namespace false ns
      v1 services Service true svc
      v1 pods Pod true po
      v1 secrets Secret true -
      v1 configmaps ConfigMap true cm
      v1 serviceaccounts ServiceAccount true sa
      v1 events Event true ev
      v1 nodes Node false no
      discovery.k8s.io/v1 endpointslices EndpointSlice true -
      coordination.k8s.io/v1 leases Lease true -
      events.k8s.io/v1 events Event true ev
      rbac.authorization.k8s.io/v1 clusterroles ClusterRole false -
      rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding false -
      rbac.authorization.k8s.io/v1 roles Role true -
      rbac.authorization.k8s.io/v1 rolebindings RoleBinding true -
      apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition false crd
      """;

  private final StoredObjects objects;

  Discovery(StoredObjects objects) {
    this.objects = objects;
  }

  /** Empty for a path that is none of discovery's. */
  Optional<MockResponse> answer(String pathAndQuery) {
    String path = pathAndQuery.replaceFirst("\\?.*", "").replaceFirst("(.)/$", "$1");
    return switch (path) {
      case "/readyz", "/livez", "/healthz" ->
          Optional.of(new MockResponse().setResponseCode(200).setBody("ok"));
      case "/version" ->
          Optional.of(
              Responses.json(
                  200,
                  Map.of(
                      "major", "1",
                      "minor", "33",
                      "gitVersion", "v1.33.0+fabric8-in-memory",
                      "platform", "jvm")));
      case "/api" ->
          Optional.of(
              Responses.json(200, Map.of("kind", "APIVersions", "versions", List.of("v1"))));
      case "/apis" -> Optional.of(Responses.json(200, groups()));
      default -> Optional.ofNullable(resources().get(path)).map(Discovery::list);
    };
  }

  private Map<String, Object> groups() {
    List<Object> groups = new ArrayList<>();
    for (String path : resources().keySet()) {
      if (path.startsWith("/apis/")) {
        String groupVersion = path.substring("/apis/".length());
        String group = groupVersion.substring(0, groupVersion.indexOf('/'));
        Map<String, String> version =
            Map.of(
                "groupVersion",
                groupVersion,
                "version",
                groupVersion.substring(groupVersion.indexOf('/') + 1));
        groups.add(
            Map.of("name", group, "versions", List.of(version), "preferredVersion", version));
      }
    }
    return Map.of("kind", "APIGroupList", "apiVersion", "v1", "groups", groups);
  }

  private static MockResponse list(GroupResources group) {
    return Responses.json(
        200,
        Map.of(
            "kind",
            "APIResourceList",
            "apiVersion",
            "v1",
            "groupVersion",
            group.groupVersion(),
            "resources",
            group.resources()));
  }

  private record GroupResources(String groupVersion, List<Object> resources) {}

  private Map<String, GroupResources> resources() {
    Map<String, GroupResources> byPath = new TreeMap<>();
    BUILT_IN
        .lines()
        .map(line -> line.split(" "))
        .forEach(f -> add(byPath, f[0], resource(f[1], f[2], f[3].equals("true"), f[4])));
    objects
        .find("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
        .ifPresent(list -> list.path("items").forEach(crd -> addCustom(byPath, crd)));
    return byPath;
  }

  private static void addCustom(Map<String, GroupResources> byPath, JsonNode crd) {
    JsonNode spec = crd.path("spec");
    JsonNode names = spec.path("names");
    String shortName = names.path("shortNames").path(0).asString("-");
    for (JsonNode version : spec.path("versions")) {
      add(
          byPath,
          spec.path("group").asString() + "/" + version.path("name").asString(),
          resource(
              names.path("plural").asString(),
              names.path("kind").asString(),
              spec.path("scope").asString().equals("Namespaced"),
              shortName));
    }
  }

  private static void add(
      Map<String, GroupResources> byPath, String groupVersion, Map<String, Object> resource) {
    String path = (groupVersion.contains("/") ? "/apis/" : "/api/") + groupVersion;
    byPath
        .computeIfAbsent(path, _ -> new GroupResources(groupVersion, new ArrayList<>()))
        .resources()
        .add(resource);
  }

  private static Map<String, Object> resource(
      String plural, String kind, Boolean namespaced, String shortName) {
    Map<String, Object> resource = new LinkedHashMap<>();
    resource.put("name", plural);
    resource.put("singularName", kind.toLowerCase(java.util.Locale.ROOT));
    resource.put("namespaced", namespaced);
    resource.put("kind", kind);
    resource.put("verbs", VERBS);
    if (!shortName.equals("-")) {
      resource.put("shortNames", List.of(shortName));
    }
    return resource;
  }
}

package io.isthmus.cli.embedded;

import java.util.List;
import java.util.Optional;

/**
 * A path of the Kubernetes API taken apart. {@code group} is empty for the core group, {@code
 * namespace}, {@code name} and {@code subresource} are empty where the path has none.
 */
record ObjectPath(
    String group,
    String version,
    String namespace,
    String plural,
    String name,
    String subresource) {

  /** Empty for a path that names no collection and no object: {@code /version}, {@code /apis}. */
  static Optional<ObjectPath> parse(String pathAndQuery) {
    int query = pathAndQuery.indexOf('?');
    String path = query < 0 ? pathAndQuery : pathAndQuery.substring(0, query);
    List<String> parts = List.of(path.substring(1).split("/"));
    if (parts.getFirst().equals("api") && parts.size() > 2) {
      return Optional.of(of("", parts.get(1), parts.subList(2, parts.size())));
    }
    if (parts.getFirst().equals("apis") && parts.size() > 3) {
      return Optional.of(of(parts.get(1), parts.get(2), parts.subList(3, parts.size())));
    }
    return Optional.empty();
  }

  private static ObjectPath of(String group, String version, List<String> rest) {
    boolean namespaced = rest.getFirst().equals("namespaces") && rest.size() > 2;
    // namespaces/x/status is the status of a namespace, not a collection in it
    if (namespaced && rest.size() == 3 && rest.get(2).matches("status|finalize")) {
      namespaced = false;
    }
    List<String> object = namespaced ? rest.subList(2, rest.size()) : rest;
    return new ObjectPath(
        group,
        version,
        namespaced ? rest.get(1) : "",
        object.getFirst(),
        object.size() > 1 ? object.get(1) : "",
        object.size() > 2 ? object.get(2) : "");
  }

  boolean isCore(String wantedPlural) {
    return group.isEmpty() && plural.equals(wantedPlural);
  }

  ObjectPath named(String objectName) {
    return new ObjectPath(group, version, namespace, plural, objectName, "");
  }

  /** The path of the object, or of the collection if there is no name; never of a subresource. */
  String asPath() {
    StringBuilder path =
        new StringBuilder(group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version);
    if (!namespace.isEmpty()) {
      path.append("/namespaces/").append(namespace);
    }
    path.append('/').append(plural);
    if (!name.isEmpty()) {
      path.append('/').append(name);
    }
    return path.toString();
  }
}

package io.isthmus.api.schema;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The CRDs, written from the Java types. */
final class CustomResourceDefinitions {
  static final List<Class<? extends CustomResource<?, ?>>> TYPES =
      List.of(Link.class, TrustDomain.class);

  private CustomResourceDefinitions() {}

  /** Writes all files anew: {@code ./mvnw -pl api test -Disthmus.write-crds=true}. */
  static void writeAll(Path directory) throws IOException {
    for (Class<? extends CustomResource<?, ?>> type : TYPES) {
      Files.writeString(directory.resolve(fileName(type)), yaml(type));
    }
  }

  static String fileName(Class<? extends CustomResource<?, ?>> type) {
    return HasMetadata.getPlural(type) + ".yaml";
  }

  static String yaml(Class<? extends CustomResource<?, ?>> type) {
    String group = HasMetadata.getGroup(type);
    Map<String, Object> names = new LinkedHashMap<>();
    names.put("kind", HasMetadata.getKind(type));
    names.put("plural", HasMetadata.getPlural(type));
    names.put("singular", HasMetadata.getSingular(type));
    names.put("shortNames", List.of(CustomResource.getShortNames(type)));
    names.put("categories", List.of(type.getAnnotation(Categories.class).value()));
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("group", group);
    spec.put("names", names);
    spec.put("scope", Namespaced.class.isAssignableFrom(type) ? "Namespaced" : "Cluster");
    spec.put("versions", List.of(version(type)));
    Map<String, Object> crd = new LinkedHashMap<>();
    crd.put("apiVersion", "apiextensions.k8s.io/v1");
    crd.put("kind", "CustomResourceDefinition");
    crd.put("metadata", Map.of("name", HasMetadata.getPlural(type) + "." + group));
    crd.put("spec", spec);
    return "# Generated from "
        + type.getName()
        + "; a test fails when it is stale.\n"
        + Serialization.asYaml(crd);
  }

  private static Map<String, Object> version(Class<? extends CustomResource<?, ?>> type) {
    var records = (ParameterizedType) type.getGenericSuperclass();
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("spec", Schema.of((Class<?>) records.getActualTypeArguments()[0]));
    properties.put("status", Schema.of((Class<?>) records.getActualTypeArguments()[1]));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put("required", List.of("spec"));
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("name", HasMetadata.getVersion(type));
    version.put("served", true);
    version.put("storage", true);
    version.put("subresources", Map.of("status", Map.of()));
    version.put("additionalPrinterColumns", columns(type));
    version.put("schema", Map.of("openAPIV3Schema", schema));
    return version;
  }

  private static List<Map<String, Object>> columns(Class<?> type) {
    List<Map<String, Object>> columns = new ArrayList<>();
    for (PrinterColumn column : type.getAnnotationsByType(PrinterColumn.class)) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", column.name());
      entry.put("type", column.type());
      entry.put("jsonPath", column.jsonPath());
      entry.put("priority", column.priority());
      columns.add(entry);
    }
    return columns;
  }
}

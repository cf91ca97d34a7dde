package io.isthmus.api.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The OpenAPI v3 schema of a record, as nested maps. */
final class Schema {
  private Schema() {}

  static Map<String, Object> of(Class<?> type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = name(component);
      properties.put(name, of(component));
      if (isRequired(component)) {
        required.add(name);
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    rules(type, schema);
    return schema;
  }

  private static Map<String, Object> of(RecordComponent component) {
    Map<String, Object> schema = new LinkedHashMap<>();
    if (component.isAnnotationPresent(Doc.class)) {
      schema.put("description", component.getAnnotation(Doc.class).value());
    }
    schema.putAll(of(component.getGenericType()));
    if (component.isAnnotationPresent(Default.class)) {
      schema.put(
          "default",
          Serialization.unmarshal(component.getAnnotation(Default.class).value(), Object.class));
    }
    if (component.isAnnotationPresent(Choice.class)) {
      schema.put("enum", List.of(component.getAnnotation(Choice.class).value()));
    }
    if (component.isAnnotationPresent(Range.class)) {
      schema.put("minimum", component.getAnnotation(Range.class).min());
      schema.put("maximum", component.getAnnotation(Range.class).max());
    }
    text(component, schema);
    if (component.isAnnotationPresent(MaxItems.class)) {
      String bound = "array".equals(schema.get("type")) ? "maxItems" : "maxProperties";
      schema.put(bound, component.getAnnotation(MaxItems.class).value());
    }
    rules(component, schema);
    return schema;
  }

  private static void text(RecordComponent component, Map<String, Object> schema) {
    if (component.isAnnotationPresent(Text.class)) {
      Text text = component.getAnnotation(Text.class);
      if ("array".equals(schema.get("type"))) {
        Map<String, Object> item = ordered("string", "minLength", 1);
        bounds(text, item);
        schema.put("items", item);
      } else {
        schema.put("minLength", 1);
        bounds(text, schema);
      }
    }
  }

  private static void bounds(Text text, Map<String, Object> schema) {
    schema.put("maxLength", text.maxLength());
    if (!text.pattern().isEmpty()) {
      schema.put("pattern", text.pattern());
    }
  }

  private static Map<String, Object> of(Type type) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      return ordered("array", "items", of(generic.getActualTypeArguments()[0]));
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
      Type value = generic.getActualTypeArguments()[1];
      return ordered("object", "additionalProperties", of(value));
    }
    if (type instanceof Class<?> plain && plain.isRecord()) {
      return of(plain);
    }
    return switch (type.getTypeName()) {
      case "java.lang.String" -> Map.of("type", "string");
      case "java.lang.Boolean", "boolean" -> Map.of("type", "boolean");
      case "java.lang.Integer", "int" -> ordered("integer", "format", "int32");
      case "java.lang.Long", "long" -> ordered("integer", "format", "int64");
      case "java.lang.Double", "double" -> Map.of("type", "number");
      default ->
          throw new IllegalArgumentException(
              type + " has no schema: expected a record, String, Boolean, number, List or Map");
    };
  }

  /** Map.of has an order of its own at each start. */
  private static Map<String, Object> ordered(String type, String key, Object value) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", type);
    schema.put(key, value);
    return schema;
  }

  private static void rules(AnnotatedElement element, Map<String, Object> schema) {
    List<Map<String, Object>> rules = new ArrayList<>();
    for (Rule rule : element.getAnnotationsByType(Rule.class)) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("rule", rule.value());
      entry.put("messageExpression", rule.message());
      rules.add(entry);
    }
    if (!rules.isEmpty()) {
      schema.put("x-kubernetes-validations", rules);
    }
  }

  private static boolean isRequired(RecordComponent component) {
    return !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        && !component.isAnnotationPresent(Default.class);
  }

  /** Jackson's mark lands on the constructor's parameter, the field and the accessor. */
  private static String name(RecordComponent component) {
    JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
    return named == null ? component.getName() : named.value();
  }
}

package io.isthmus.mirror.plan;

/** Why an export has no mirror, or not the one it should have. */
public sealed interface Problem {
  ObjectKey export();

  /** One CamelCase word. */
  String reason();

  /** The object, the value, what was expected, what to do. */
  String message();

  /** Not an error: the mirror appears when the namespace does. */
  record NamespaceMissing(ObjectKey export) implements Problem {
    @Override
    public String reason() {
      return "NamespaceMissing";
    }

    @Override
    public String message() {
      return "%s is not mirrored: there is no namespace %s here; it is mirrored once it exists"
          .formatted(export, export.namespace());
    }
  }

  record NameConflict(ObjectKey export, ObjectKey taken) implements Problem {
    @Override
    public String reason() {
      return "NameConflict";
    }

    @Override
    public String message() {
      return "%s is not mirrored: %s is there already and is not a mirror of this cluster; rename one of them"
          .formatted(export, taken);
    }
  }

  record NameTooLong(ObjectKey export, String name) implements Problem {
    @Override
    public String reason() {
      return "NameTooLong";
    }

    @Override
    public String message() {
      return "%s is not mirrored: %s has %d characters, a Service's name has at most 63; rename the export"
          .formatted(export, name, name.length());
    }
  }

  record Unsupported(ObjectKey export, String what) implements Problem {
    @Override
    public String reason() {
      return "ExportUnsupported";
    }

    @Override
    public String message() {
      return "%s is not mirrored: %s".formatted(export, what);
    }
  }
}

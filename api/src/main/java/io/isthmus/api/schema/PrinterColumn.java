package io.isthmus.api.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A column of `kubectl get`. */
@Repeatable(PrinterColumns.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface PrinterColumn {
  String name();

  /** {@code string}, {@code integer} or {@code date}. */
  String type() default "string";

  String jsonPath();

  /** Columns above 0 are shown by {@code -o wide} only. */
  int priority() default 0;
}

package io.isthmus.api.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A rule in CEL that the API server checks. */
@Repeatable(Rules.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
public @interface Rule {
  String value();

  /** Names the value and what was expected: an expression in CEL that gives a string. */
  String message();
}

package io.isthmus.cli.check;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One check in one cluster, as {@code -o json} prints it.
 *
 * @param cluster from which it was seen
 * @param severity absent unless it failed
 * @param object what it is about; absent when it is about the whole cluster
 * @param seen absent when it is well
 * @param next what to do
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Result(
    String id,
    String layer,
    Outcome outcome,
    String cluster,
    @Nullable Severity severity,
    @Nullable String object,
    @Nullable String seen,
    @Nullable String next,
    long millis) {

  enum Outcome {
    OK,
    FAILED,
    /** What it needs could not be read; {@code seen} says why. */
    NOT_LOOKED
  }

  boolean isFatal() {
    return severity == Severity.FATAL;
  }
}

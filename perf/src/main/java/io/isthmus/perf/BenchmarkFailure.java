package io.isthmus.perf;

import org.jspecify.annotations.Nullable;

/** The benchmark could not be run, or a load met an error; the message says which and where. */
final class BenchmarkFailure extends RuntimeException {
  BenchmarkFailure(String message) {
    super(message);
  }

  BenchmarkFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package io.isthmus.cli.check;

/** What a check that failed means. */
enum Severity {
  /** Calls fail, or will at the next change: exit code 1. */
  FATAL,
  /** Works, and should not stay so. */
  WARNING
}

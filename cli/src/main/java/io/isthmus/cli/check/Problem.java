package io.isthmus.cli.check;

/**
 * What a check found.
 *
 * @param object kind, namespace and name
 * @param next what to do about it
 */
record Problem(Severity severity, String object, String seen, String next) {

  /** The same, of which something else does the work meanwhile. */
  Problem asWarning() {
    return new Problem(Severity.WARNING, object, seen, next);
  }
}

package io.isthmus.e2e.drills;

/**
 * What a check names.
 *
 * @param cluster from which it was seen
 * @param id of the check
 * @param object kind, namespace and name
 */
record Finding(String cluster, String id, String object) {
  @Override
  public String toString() {
    return "%s %s %s".formatted(cluster, id, object);
  }
}

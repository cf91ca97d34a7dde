package io.isthmus.cli.install;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One chart with values, as it is to be in a cluster.
 *
 * @param files of values; a later one wins
 * @param set single values, which win over the files, by Helm's path of each
 */
record Release(String name, Path chart, List<Path> files, Map<String, String> set) {
  static final String MESH = "isthmus";
  static final String GATEWAY = "isthmus-gateway";
}

package io.isthmus.api.trust;

import java.util.ArrayList;
import java.util.List;

/** How a status shows a list that may be long: eleven lines at most, as the schemas allow. */
public final class FirstTen {
  private static final int SHOWN = 10;

  private FirstTen() {}

  /** The first ten lines, and how many more there are. */
  public static List<String> of(List<String> all) {
    if (all.size() <= SHOWN) {
      return all;
    }
    List<String> shown = new ArrayList<>(all.subList(0, SHOWN));
    shown.add("and %d more".formatted(all.size() - SHOWN));
    return shown;
  }
}

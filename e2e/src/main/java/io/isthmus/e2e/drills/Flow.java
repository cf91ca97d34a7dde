package io.isthmus.e2e.drills;

import java.util.stream.Stream;

/** Calls that go on all the time, each by a container of its own. */
enum Flow {
  WEST_TO_EAST("west to east", "west", "across"),
  EAST_TO_WEST("east to west", "east", "across"),
  WITHIN_WEST("within west", "west", "within"),
  WITHIN_EAST("within east", "east", "within");

  private final String words;
  private final String from;
  private final String container;

  Flow(String words, String from, String container) {
    this.words = words;
    this.from = from;
    this.container = container;
  }

  /** The cluster of the caller. */
  String from() {
    return from;
  }

  String container() {
    return container;
  }

  static Flow of(String words) {
    return Stream.of(values())
        .filter(flow -> flow.words.equals(words))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no calls go '%s'".formatted(words)));
  }

  @Override
  public String toString() {
    return words;
  }
}

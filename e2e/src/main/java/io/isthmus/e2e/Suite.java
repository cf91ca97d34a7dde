package io.isthmus.e2e;

/** A suite: sets the stage, then reports scenario after scenario. */
public interface Suite {
  String name();

  String description();

  void run(Scenarios scenarios);
}

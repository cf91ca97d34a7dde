package io.isthmus.mirror.leader;

/** Whether this process may write, asked immediately before each write. */
public interface Leadership {
  boolean holds();
}

package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** One write, with why it is made. */
public sealed interface MirrorAction {
  HasMetadata object();

  String reason();

  record Create(HasMetadata object, String reason) implements MirrorAction {}

  /** The object carries the resourceVersion it was read with: a write in between wins. */
  record Update(HasMetadata object, String reason) implements MirrorAction {}

  /** The object is what was read, with its owner mark. */
  record Delete(HasMetadata object, String reason) implements MirrorAction {}
}

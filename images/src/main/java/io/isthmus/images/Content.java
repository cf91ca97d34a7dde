package io.isthmus.images;

import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import java.util.List;

/** What an image is made of, on its base. */
sealed interface Content permits ProcessContent, CaptureContent {

  /** Without {@code isthmus-}. */
  String id();

  String description();

  /** An image's name, or a file {@code *.tar} relative to the project's root. */
  String base();

  /** Numeric user and group. */
  String user();

  List<String> entrypoint();

  List<Integer> ports();

  /** From the steadiest to the one that changes with every build. */
  List<FileEntriesLayer> layers();
}

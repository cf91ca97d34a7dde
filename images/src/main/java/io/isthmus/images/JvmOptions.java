package io.isthmus.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JVM options of an image: those that its module ships, and what depends on places. */
record JvmOptions(Stage stage) {

  List<String> inTheImage() {
    List<String> lines = of(Path.of(Stage.PLACE));
    lines.add("-XX:AOTCache=" + Path.of(Stage.PLACE).resolve(relative(stage.cache())));
    return lines;
  }

  /** The same for the stage itself; training adds the cache. */
  List<String> forTraining() {
    return of(stage.directory());
  }

  private List<String> of(Path place) {
    Path shipped = stage.build().root().resolve(stage.image().options());
    try {
      List<String> lines = new ArrayList<>();
      for (String line : Files.readAllLines(shipped)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          lines.add(line);
        }
      }
      lines.add("-Djava.library.path=" + place.resolve(relative(stage.nativeLibraries())));
      lines.add("-XX:+ErrorFileToStderr"); // the root file system is read-only
      return lines;
    } catch (IOException e) {
      throw new ImageException("cannot read the JVM options " + shipped, e);
    }
  }

  private Path relative(Path file) {
    return stage.directory().relativize(file);
  }
}

package io.isthmus.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * Runs the program that trains an image's AOT cache, with the image's own runtime and jars. The
 * class path may lie elsewhere in the container: the JVM compares what comes after the longest
 * common directory.
 */
record Training(Stage stage, String program) {

  static Training of(Stage stage) {
    return new Training(stage, stage.image().training());
  }

  void run() {
    try {
      if (stage.build().caches().isPresent()) {
        Path earlier =
            stage
                .build()
                .caches()
                .orElseThrow()
                .resolve(stage.build().target().relativize(stage.cache()));
        Files.copy(earlier, stage.cache(), StandardCopyOption.REPLACE_EXISTING);
      } else {
        train();
      }
      Files.setLastModifiedTime(stage.cache(), FileTime.from(stage.build().time()));
    } catch (IOException e) {
      throw new ImageException("cannot train " + stage.image().id(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while " + program + " ran", e);
    }
  }

  private void train() throws IOException, InterruptedException {
    Path options = stage.build().target().resolve(stage.image().id() + "-training.options");
    Files.write(options, new JvmOptions(stage).forTraining());
    int status =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-classpath",
                    System.getProperty("java.class.path"),
                    program,
                    stage.java().resolve(JavaRuntime.LAUNCHER).toString(),
                    options.toString(),
                    stage.jar().toString()))
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new ImageException("%s ended with %d, see above".formatted(program, status));
    }
  }
}

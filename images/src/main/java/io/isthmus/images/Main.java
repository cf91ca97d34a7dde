package io.isthmus.images;

import io.isthmus.settings.Settings;
import io.isthmus.settings.SettingsReader;

/** Builds all images: {@code <root>/images/target/isthmus-<name>.tar} each. */
final class Main {
  private static final int FAILED = 1;

  private Main() {}

  public static void main(String[] args) {
    Settings settings = SettingsReader.of(BuildSettings.all()).readOrExit("isthmus-images", args);
    try {
      build(new Build(settings));
    } catch (ImageException e) {
      System.err.println("isthmus-images: " + e.getMessage());
      System.exit(FAILED);
    }
  }

  private static void build(Build build) {
    CaptureContent capture = new CaptureContent(build);
    capture.check();
    System.out.println(new Archive(build, capture).write());
    for (Image image : Image.values()) {
      Stage stage = new Stage(build, image);
      stage.fill();
      Training.of(stage).run();
      System.out.println(new Archive(build, new ProcessContent(stage)).write());
    }
  }
}

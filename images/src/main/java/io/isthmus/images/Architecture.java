package io.isthmus.images;

/**
 * What the runtime, the native libraries and the AOT cache of an image are for: the machine that
 * builds them.
 */
enum Architecture {
  AMD64("amd64", "x86_64"),
  ARM64("arm64", "aarch_64");

  private final String inImages;
  private final String inLibraries;

  Architecture(String inImages, String inLibraries) {
    this.inImages = inImages;
    this.inLibraries = inLibraries;
  }

  static Architecture ofThisMachine() {
    return of(System.getProperty("os.arch"));
  }

  /** By Java's name for it. */
  static Architecture of(String name) {
    return switch (name) {
      case "amd64", "x86_64" -> AMD64;
      case "aarch64" -> ARM64;
      default ->
          throw new ImageException("images for '%s': expected amd64 or aarch64".formatted(name));
    };
  }

  /** As in an image's configuration, and in the platforms of an index. */
  String inImages() {
    return inImages;
  }

  /** As in the names of Netty's native libraries. */
  String inLibraries() {
    return inLibraries;
  }
}

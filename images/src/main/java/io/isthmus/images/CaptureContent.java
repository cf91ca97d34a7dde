package io.isthmus.images;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.nio.file.Files;
import java.util.List;

/** The rules of a Pod's capture, on a base that has {@code nft}; no Java. */
record CaptureContent(Build build) implements Content {
  private static final String RULES = "api/src/main/resources/META-INF/isthmus/capture.nft";
  private static final String IN_IMAGE = "/etc/isthmus/capture.nft";

  /** That its base is there: before images are trained for minutes. */
  void check() {
    if (base().endsWith(".tar") && !Files.isReadable(build.root().resolve(base()))) {
      throw new ImageException(
          "%s is missing: make it by images/debian-base --capture, or name an image with nft by"
                  .formatted(base())
              + " -Disthmus.image.capture-base");
    }
  }

  @Override
  public String id() {
    return "capture";
  }

  @Override
  public String description() {
    return "Isthmus capture: sends a Pod's TCP through its sidecar, once, before the Pod starts";
  }

  @Override
  public String base() {
    return build.captureBase();
  }

  /** Of others the kernel takes no rules, whatever their capabilities in the container are. */
  @Override
  public String user() {
    return "0:0";
  }

  @Override
  public List<String> entrypoint() {
    return List.of("nft");
  }

  @Override
  public List<Integer> ports() {
    return List.of();
  }

  @Override
  public List<FileEntriesLayer> layers() {
    return List.of(
        FileEntriesLayer.builder()
            .setName("rules")
            .addEntry(
                build.root().resolve(RULES),
                AbsoluteUnixPath.get(IN_IMAGE),
                FilePermissions.fromOctalString("644"),
                build.time())
            .build());
  }
}

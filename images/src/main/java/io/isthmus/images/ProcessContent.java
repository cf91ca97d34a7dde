package io.isthmus.images;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One of our processes, with its Java runtime. */
record ProcessContent(Stage stage) implements Content {

  /**
   * Numeric, for runAsNonRoot; of nobody else, for an app's traffic is told from it by its user.
   */
  private static final String USER = "15008:15008";

  private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
  private static final FilePermissions FILE = FilePermissions.fromOctalString("644");

  @Override
  public String id() {
    return stage.image().id();
  }

  @Override
  public String description() {
    return stage.image().description();
  }

  @Override
  public String base() {
    return stage.build().base();
  }

  @Override
  public String user() {
    return USER;
  }

  @Override
  public List<String> entrypoint() {
    return List.of(
        Stage.PLACE + "/java/bin/java",
        "@" + Stage.PLACE + "/jvm.options",
        "-jar",
        inImage(stage.jar()).toString());
  }

  @Override
  public List<Integer> ports() {
    return stage.image().ports();
  }

  @Override
  public List<FileEntriesLayer> layers() {
    List<Path> rest = new ArrayList<>(List.of(stage.jar()));
    rest.add(stage.directory().resolve("jvm.options"));
    rest.add(stage.billOfMaterials());
    List<FileEntriesLayer> layers = new ArrayList<>();
    layers.add(layer("java", Stage.files(stage.java())));
    layers.add(layer("native", Stage.files(stage.nativeLibraries())));
    layers.add(layer("libraries", Stage.files(stage.jar().resolveSibling("lib"))));
    layers.add(layer("application", rest));
    layers.add(layer("cache", List.of(stage.cache())));
    return layers;
  }

  private FileEntriesLayer layer(String name, List<Path> files) {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    for (Path file : files) {
      layer.addEntry(
          file, inImage(file), Files.isExecutable(file) ? PROGRAM : FILE, stage.build().time());
    }
    return layer.build();
  }

  private AbsoluteUnixPath inImage(Path file) {
    return AbsoluteUnixPath.get(Stage.PLACE + "/" + stage.directory().relativize(file));
  }
}

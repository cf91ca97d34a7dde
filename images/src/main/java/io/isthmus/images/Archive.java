package io.isthmus.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Writes an image, layers from the steadiest to the one that changes with every build. */
record Archive(Build build, Stage stage) {

  /**
   * Numeric, for runAsNonRoot; of nobody else, for an app's traffic is told from it by its user.
   */
  private static final String USER = "15008:15008";

  private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
  private static final FilePermissions FILE = FilePermissions.fromOctalString("644");

  /** A line about it: name, digest, file. */
  String write() {
    Path tar = build.target().resolve("isthmus-" + stage.image().id() + ".tar");
    String name = build.name(stage.image());
    try {
      JibContainer container =
          described(base().setFileEntriesLayers(layers()))
              .containerize(
                  Containerizer.to(TarImage.at(tar).named(name))
                      .setBaseImageLayersCache(build.target().resolve("base-layers"))
                      // Jib knows a layer again by times of files, which are fixed: never reused
                      .setApplicationLayersCache(stage.directory().resolve("layers"))
                      .setToolName("isthmus-images"));
      Files.writeString(
          build.target().resolve("isthmus-" + stage.image().id() + ".digest"),
          container.getDigest() + "\n");
      return "%s %s %s".formatted(name, container.getDigest(), tar);
    } catch (InvalidImageReferenceException e) {
      throw new ImageException("base or repository is no image's name", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while " + name + " was written", e);
    } catch (IOException
        | RegistryException
        | CacheDirectoryCreationException
        | ExecutionException e) {
      throw new ImageException(
          "cannot write %s on the base %s (images/debian-base makes one without a registry)"
              .formatted(name, build.base()),
          e);
    }
  }

  private JibContainerBuilder base() throws InvalidImageReferenceException {
    return build.base().endsWith(".tar")
        ? Jib.from(TarImage.at(build.root().resolve(build.base())))
        : Jib.from(build.base());
  }

  private JibContainerBuilder described(JibContainerBuilder image) {
    image
        .setFormat(ImageFormat.OCI)
        .setCreationTime(build.time())
        .setUser(USER)
        .setWorkingDirectory(AbsoluteUnixPath.get("/"))
        .setEntrypoint(
            Stage.PLACE + "/java/bin/java",
            "@" + Stage.PLACE + "/jvm.options",
            "-jar",
            inImage(stage.jar()).toString())
        .addLabel("org.opencontainers.image.title", "isthmus-" + stage.image().id())
        .addLabel("org.opencontainers.image.description", stage.image().description())
        .addLabel("org.opencontainers.image.version", build.version())
        .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
        .addLabel("org.opencontainers.image.created", build.time().toString());
    if (!build.base().endsWith(".tar")) {
      image.addLabel("org.opencontainers.image.base.name", build.base());
    }
    build
        .revision()
        .ifPresent(commit -> image.addLabel("org.opencontainers.image.revision", commit));
    stage.image().ports().forEach(port -> image.addExposedPort(Port.tcp(port)));
    return image;
  }

  private List<FileEntriesLayer> layers() {
    List<Path> rest = new ArrayList<>(List.of(stage.jar()));
    rest.add(stage.directory().resolve("jvm.options"));
    rest.add(stage.billOfMaterials());
    List<FileEntriesLayer> layers = new ArrayList<>();
    layers.add(layer("java", Stage.files(stage.java())));
    layers.add(layer("native", Stage.files(stage.nativeLibraries())));
    layers.add(layer("libraries", Stage.files(stage.jar().resolveSibling("lib"))));
    layers.add(layer("application", rest));
    if (stage.image().training().isPresent()) {
      layers.add(layer("cache", List.of(stage.cache())));
    }
    return layers;
  }

  private FileEntriesLayer layer(String name, List<Path> files) {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    for (Path file : files) {
      layer.addEntry(file, inImage(file), Files.isExecutable(file) ? PROGRAM : FILE, build.time());
    }
    return layer.build();
  }

  private AbsoluteUnixPath inImage(Path file) {
    return AbsoluteUnixPath.get(Stage.PLACE + "/" + stage.directory().relativize(file));
  }
}

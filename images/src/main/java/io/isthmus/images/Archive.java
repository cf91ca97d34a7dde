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
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** Writes an image. */
record Archive(Build build, Content content) {

  /** A line about it: name, digest, file. */
  String write() {
    Path tar = build.target().resolve("isthmus-" + content.id() + ".tar");
    String name = build.name(content.id());
    Path layers = build.target().resolve("layers").resolve(content.id());
    try {
      Stage.delete(layers); // Jib knows a layer again by times of files, which are fixed
      JibContainer container =
          described(base().setFileEntriesLayers(content.layers()))
              .containerize(
                  Containerizer.to(TarImage.at(tar).named(name))
                      .setBaseImageLayersCache(build.target().resolve("base-layers"))
                      .setApplicationLayersCache(layers)
                      .setToolName("isthmus-images"));
      ImageConfiguration.of(tar, container.getImageId().getHash())
          .refuseOther(Architecture.ofThisMachine(), content.base());
      Files.writeString(
          build.target().resolve("isthmus-" + content.id() + ".digest"),
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
              .formatted(name, content.base()),
          e);
    }
  }

  private JibContainerBuilder base() throws InvalidImageReferenceException {
    return content.base().endsWith(".tar")
        ? Jib.from(TarImage.at(build.root().resolve(content.base())))
        : Jib.from(content.base());
  }

  private JibContainerBuilder described(JibContainerBuilder image) {
    image
        .setFormat(ImageFormat.OCI)
        .setPlatforms(Set.of(new Platform(Architecture.ofThisMachine().inImages(), "linux")))
        .setCreationTime(build.time())
        .setUser(content.user())
        .setWorkingDirectory(AbsoluteUnixPath.get("/"))
        .setEntrypoint(content.entrypoint())
        .addLabel("org.opencontainers.image.title", "isthmus-" + content.id())
        .addLabel("org.opencontainers.image.description", content.description())
        .addLabel("org.opencontainers.image.version", build.version())
        .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
        .addLabel("org.opencontainers.image.created", build.time().toString());
    if (!content.base().endsWith(".tar")) {
      image.addLabel("org.opencontainers.image.base.name", content.base());
    }
    build
        .revision()
        .ifPresent(commit -> image.addLabel("org.opencontainers.image.revision", commit));
    content.ports().forEach(port -> image.addExposedPort(Port.tcp(port)));
    return image;
  }
}

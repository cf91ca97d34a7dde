package io.isthmus.cli.support;

import io.isthmus.cli.CommandException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The zip file that is made: text only, each redacted, readable by its owner alone. */
final class BundleArchive implements AutoCloseable {
  /** Of one entry, in characters; of what is longer its end is kept. */
  private static final int LONGEST = 8_000_000;

  private final Path file;
  private final ZipOutputStream zip;
  private int entries;

  BundleArchive(Path file) {
    this.file = file;
    try {
      this.zip =
          new ZipOutputStream(
              Channels.newOutputStream(
                  Files.newByteChannel(
                      file,
                      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                      PosixFilePermissions.asFileAttribute(
                          PosixFilePermissions.fromString("rw-------")))));
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw CommandException.refused(
          "cannot make " + file, "it is there already", "remove it, or name another: --file");
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void add(String path, String text) {
    String redacted = Redaction.of(text);
    String kept =
        redacted.length() > LONGEST
            ? "[the first %d characters are left out]%n%s"
                .formatted(
                    redacted.length() - LONGEST, redacted.substring(redacted.length() - LONGEST))
            : redacted;
    try {
      zip.putNextEntry(new ZipEntry(path));
      zip.write(kept.getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
      entries++;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  int entries() {
    return entries;
  }

  Path file() {
    return file;
  }

  private CommandException failed(IOException e) {
    return CommandException.refused(
        "cannot write " + file, e.toString(), "name a file elsewhere: --file");
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}

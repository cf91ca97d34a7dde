package io.isthmus.proxy.identity.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What a file holds at one moment; equal when nothing changed. */
sealed interface FileText {
  /** A long chain is 64 KiB; whatever is larger is something else. */
  int MAX_BYTES = 1 << 20;

  /** Possibly of a key: never to be shown. */
  record Read(String text) implements FileText {
    @Override
    public String toString() {
      return text.length() + " characters";
    }
  }

  record Unreadable(String why) implements FileText {}

  static FileText of(Path file) {
    try {
      // a FIFO would hold up the loop
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return new Unreadable("is no regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        return bytes.length > MAX_BYTES
            ? new Unreadable("is larger than " + MAX_BYTES + " bytes")
            : new Read(new String(bytes, ISO_8859_1));
      }
    } catch (NoSuchFileException e) {
      return new Unreadable("does not exist");
    } catch (IOException e) {
      return new Unreadable("cannot be read (" + e + ")");
    }
  }
}

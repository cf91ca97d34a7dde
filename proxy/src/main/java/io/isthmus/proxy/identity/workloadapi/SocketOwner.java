package io.isthmus.proxy.identity.workloadapi;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Whose socket an agent's may be: root's, or that of the user of this process. Anybody else who can
 * write to the directory could answer there, with an identity of theirs.
 *
 * @param ownUid of the user of this process
 */
record SocketOwner(int ownUid) {
  private static final int ROOT = 0;
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;

  /** Throws on systems without {@code /proc}. */
  static SocketOwner ofThisProcess() throws IOException {
    try {
      return new SocketOwner((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (NoSuchFileException | UnsupportedOperationException e) {
      throw new IOException(
          "the Workload API needs Linux: the user of this process is read from /proc/self", e);
    }
  }

  /** Throws, with what to check, unless {@code path} is a socket of root or of the own user. */
  void check(Path path) throws IOException {
    Map<String, Object> file = attributes(path);
    int mode = (int) requireNonNull(file.get("mode"));
    if ((mode & TYPE) != SOCKET) {
      throw new IOException(
          "workload-api-socket %s is no socket (mode %o): expected the one of the SPIFFE agent"
              .formatted(path, mode));
    }
    int owner = (int) requireNonNull(file.get("uid"));
    if (owner != ROOT && owner != ownUid) {
      throw new IOException(
          "workload-api-socket %s is owned by uid %d: expected root or uid %d, as whom this process runs; another user could hand out identities there"
              .formatted(path, owner, ownUid));
    }
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, "unix:uid,mode");
    } catch (NoSuchFileException e) {
      throw new IOException(
          "workload-api-socket %s does not exist: expected the socket of the SPIFFE agent; check that it runs on this node and that its directory is mounted"
              .formatted(path),
          e);
    } catch (IOException e) {
      throw new IOException(
          "workload-api-socket %s cannot be looked at (%s): expected the socket of the SPIFFE agent"
              .formatted(path, e),
          e);
    }
  }
}

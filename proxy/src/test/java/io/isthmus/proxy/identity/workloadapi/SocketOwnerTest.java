package io.isthmus.proxy.identity.workloadapi;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketOwnerTest {
  private static final int NOBODY = 65534;

  @TempDir Path directory;

  /** The file of a socket stays when its server has gone, which is all that is looked at. */
  private Path socket() throws IOException {
    Path path = directory.resolve("agent.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
    }
    return path;
  }

  private static void give(Path path, int uid) throws IOException {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "only root gives files away");
    Files.setAttribute(path, "unix:uid", uid);
  }

  @Test
  void believesTheSocketOfTheOwnUser() throws IOException {
    Path socket = socket();
    assertThatCode(() -> SocketOwner.ofThisProcess().check(socket)).doesNotThrowAnyException();
    give(socket, NOBODY);
    assertThatCode(() -> new SocketOwner(NOBODY).check(socket)).doesNotThrowAnyException();
  }

  @Test
  void believesRootsSocketWhoeverItIsItself() throws IOException {
    Path socket = socket();
    give(socket, 0);
    assertThatCode(() -> new SocketOwner(NOBODY).check(socket)).doesNotThrowAnyException();
  }

  @Test
  void refusesTheSocketOfAnotherUser() throws IOException {
    Path socket = socket();
    give(socket, NOBODY);
    assertThatIOException()
        .isThrownBy(() -> SocketOwner.ofThisProcess().check(socket))
        .withMessage(
            "workload-api-socket %s is owned by uid 65534: expected root or uid 0, as whom this process runs; another user could hand out identities there",
            socket);
  }

  @Test
  void looksAtTheSocketBehindALink() throws IOException {
    Path socket = socket();
    Path link = Files.createSymbolicLink(directory.resolve("link"), socket);
    give(socket, NOBODY);
    assertThatIOException()
        .isThrownBy(() -> new SocketOwner(0).check(link))
        .withMessageContaining("is owned by uid 65534");
  }

  @Test
  void saysWhatIsMissingAndWhatIsNoSocket() throws IOException {
    Path missing = directory.resolve("missing.sock");
    Path file = Files.createFile(directory.resolve("file"));
    assertThatIOException()
        .isThrownBy(() -> new SocketOwner(0).check(missing))
        .withMessageStartingWith("workload-api-socket %s does not exist: expected", missing);
    assertThatIOException()
        .isThrownBy(() -> new SocketOwner(0).check(file))
        .withMessageStartingWith("workload-api-socket %s is no socket (mode 100", file);
  }
}

package io.isthmus.cli.embedded;

import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * fabric8's in-memory API server, on plain HTTP, with the handlers of this package around it. All
 * that must outlive it is in the state directory: the journal and the key that signs tokens.
 */
public final class EmbeddedApiServer implements AutoCloseable {
  private static final String ISSUER = "https://kubernetes.default.svc";

  // held: java.util.logging forgets the level of a logger that nobody refers to
  private static final Logger MOCK_LOG = Logger.getLogger(MockWebServer.class.getName());

  private final MockWebServer server = new MockWebServer();
  private final InetSocketAddress address;

  private EmbeddedApiServer(InetSocketAddress address) {
    this.address = address;
  }

  /** Port 0 picks a free one. */
  public static EmbeddedApiServer start(InetSocketAddress address, Path state, InstantSource clock)
      throws IOException {
    MOCK_LOG.setLevel(Level.WARNING);
    Files.createDirectories(state);
    ServiceAccountTokens tokens =
        new ServiceAccountTokens(ISSUER, TokenKey.loadOrCreate(state.resolve("token-key")), clock);
    EmbeddedApiServer embedded = new EmbeddedApiServer(address);
    embedded.server.setDispatcher(
        new ApiDispatcher(new ObjectStore(), tokens, Journal.open(state.resolve("objects"))));
    embedded.server.start(address.getAddress(), address.getPort());
    Thread.ofVirtual().name("forget-requests").start(embedded::forgetRequests);
    return embedded;
  }

  public String url() {
    return "http://" + address.getAddress().getHostAddress() + ":" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdown();
  }

  /** The mock keeps every request for a test to look at; nobody looks here. */
  private void forgetRequests() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        server.takeRequest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

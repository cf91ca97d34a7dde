package io.isthmus.perf;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy in TCP mode on both nodes, one thread each, TLS 1.3 with client certificates; each side
 * verifies the chain (root, issuer, leaf, as ours) and the peer's name.
 */
final class HaProxyPair implements Contender {
  static final int TLS_PORT = 16008;

  /** Shakes hands, and closes: there is no backend behind it. */
  private static final int HANDSHAKE_PORT = 16009;

  private final Path directory;
  private final List<Hop> hops;

  HaProxyPair(Path directory) {
    this.directory = directory;
    try {
      Path script = directory.resolve("peer-certificates.sh");
      try (var in = HaProxyPair.class.getResourceAsStream("peer-certificates.sh")) {
        if (in == null) {
          throw new BenchmarkFailure("peer-certificates.sh is not in the jar");
        }
        Files.write(script, in.readAllBytes());
      }
      Command.run("bash", script.toString(), directory.toString());
      Path caller = directory.resolve("haproxy-caller.cfg");
      Files.writeString(
          caller,
          config(
              "bind 127.0.0.1:%d".formatted(TestBed.HAPROXY_CAPTURE_PORT),
              "",
              "server s %s:%d ssl crt %s/caller.pem ca-file %s/root.pem verify required verifyhost"
                      .formatted(TestBed.DESTINATION_IP, TLS_PORT, directory, directory)
                  + " destination.perf ssl-min-ver TLSv1.3 no-ssl-reuse"));
      Path destination = directory.resolve("haproxy-destination.cfg");
      Files.writeString(
          destination,
          config(
                  bindTls(TLS_PORT, directory),
                  "tcp-request content reject unless { ssl_c_s_dn(CN) -m str caller }",
                  "server s %s:%d".formatted(TestBed.DESTINATION_IP, Backend.PORT))
              + """
              frontend handshakes
                %s
                tcp-request content reject
              """
                  .formatted(bindTls(HANDSHAKE_PORT, directory)));
      hops =
          List.of(
              start(directory, TestBed.CALLER, caller),
              start(directory, TestBed.DESTINATION, destination));
    } catch (IOException e) {
      throw new BenchmarkFailure("cannot prepare HAProxy in " + directory, e);
    }
    Backend.awaitAnswer(TestBed.SERVICE_IP, servicePort());
  }

  private static String bindTls(int port, Path directory) {
    return "bind %s:%d ssl crt %s/destination.pem ca-file %s/root.pem verify required"
            .formatted(TestBed.DESTINATION_IP, port, directory, directory)
        + " ssl-min-ver TLSv1.3 no-tls-tickets ciphersuites TLS_AES_128_GCM_SHA256 curves X25519";
  }

  private static Hop start(Path directory, String node, Path config) {
    return new Hop(
        ChildProcess.start(
            config.getFileName().toString().replace(".cfg", ""),
            directory,
            TestBed.on(node, List.of("haproxy", "-db", "-f", config.toString()))));
  }

  private static String config(String bind, String rule, String server) {
    return """
    global
      nbthread 1
      maxconn 4000
      tune.ssl.cachesize 0
    defaults
      mode tcp
      timeout connect 5s
      timeout client 600s
      timeout server 600s
    frontend f
      %s
      %s
      default_backend b
    backend b
      %s
    """
        .formatted(bind, rule, server);
  }

  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public int servicePort() {
    return 81;
  }

  @Override
  public List<Hop> hops() {
    return hops;
  }

  @Override
  public TlsDoor door() {
    return new TlsDoor(
        HANDSHAKE_PORT, directory.resolve("caller-chain.pem"), directory.resolve("caller.p8"));
  }

  @Override
  public void close() {
    hops.forEach(Hop::close);
  }
}

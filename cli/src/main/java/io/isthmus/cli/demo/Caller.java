package io.isthmus.cli.demo;

import io.isthmus.cli.process.Command;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An application behind an explicit proxy: the real curl where there is one, else the JDK's HTTP
 * client over SOCKS5.
 */
public final class Caller {
  private static final Duration LIMIT = Duration.ofSeconds(8);

  private final String proxy;

  /**
   * @param proxy {@code ip:port} of the sidecar's explicit listener
   */
  public Caller(String proxy) {
    this.proxy = proxy;
  }

  /**
   * How a call ended.
   *
   * @param said the answer's body, or what the client said of the failure
   */
  public record Outcome(boolean succeeded, String said) {}

  public Outcome get(String url) {
    return curl().map(curl -> byCurl(curl, url)).orElseGet(() -> byJdk(url));
  }

  /** What a person would type, or what stands in for it. */
  public String typed(String url) {
    return curl().isPresent()
        ? "curl -sS --proxy http://%s --proxytunnel %s".formatted(proxy, url)
        : "(no curl on this machine: the JDK's HTTP client over socks5h://%s) %s"
            .formatted(proxy, url);
  }

  private Outcome byCurl(String curl, String url) {
    Command.Result result =
        Command.attempt(
            LIMIT.plusSeconds(5),
            List.of(
                curl,
                "-sS",
                "--fail",
                "--max-time",
                String.valueOf(LIMIT.toSeconds()),
                "--proxy",
                "http://" + proxy,
                "--proxytunnel",
                url));
    return new Outcome(result.exit() == 0, result.output().strip());
  }

  private Outcome byJdk(String url) {
    int colon = proxy.lastIndexOf(':');
    InetSocketAddress address =
        new InetSocketAddress(
            proxy.substring(0, colon), Integer.parseInt(proxy.substring(colon + 1)));
    try {
      URLConnection connection =
          URI.create(url).toURL().openConnection(new Proxy(Proxy.Type.SOCKS, address));
      connection.setConnectTimeout((int) LIMIT.toMillis());
      connection.setReadTimeout((int) LIMIT.toMillis());
      try (var in = connection.getInputStream()) {
        return new Outcome(true, new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
      }
    } catch (IOException e) {
      return new Outcome(false, e.toString());
    }
  }

  private static Optional<String> curl() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .map(directory -> new File(directory, "curl"))
        .filter(File::canExecute)
        .map(File::getPath)
        .findFirst();
  }
}

package io.isthmus.e2e.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.site.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody with a Pod of his own in west, in no namespace of the mesh's. */
final class Intruder {
  static final String ID = "spiffe://west.e2e/ns/outside/sa/intruder";
  private static final String NAMESPACE = "outside";
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");

  private final KubernetesCluster west;
  private final Workspace workspace;

  Intruder(KubernetesCluster west, Workspace workspace) {
    this.west = west;
    this.workspace = workspace;
  }

  /** In his container; its answer and its complaints. */
  String run(String script) {
    return west.inContainer(NAMESPACE, "intruder", "tools", "sh", "-c", script).output();
  }

  /** His token for the mesh, which is honestly his. */
  String token() {
    return run("cat /token/token").strip();
  }

  /** His token for somebody else. */
  String tokenForAnother() {
    return west.kubectl("create", "token", "intruder", "-n", NAMESPACE, "--audience=another")
        .strip();
  }

  String address() {
    return west.kubectl(
        "get", "pod", "intruder", "-n", NAMESPACE, "-o", "jsonpath={.status.podIP}");
  }

  /**
   * A gRPC call to west's control plane, as curl makes it from his Pod.
   *
   * @param authorization empty: none
   * @return headers, message and trailers
   */
  String call(String method, String authorization, byte[] message) {
    String header = authorization.isEmpty() ? "" : "-H 'authorization: " + authorization + "' ";
    return run(
        "echo %s | base64 -d | curl -sk -m 5 --http2 -D - -H 'content-type: application/grpc' -H 'te: trailers' %s--data-binary @- https://isthmus-control.isthmus-system.svc:15012/%s"
            .formatted(
                Base64.getEncoder().encodeToString(WireMessage.framed(message)), header, method));
  }

  /** As {@link #call}, of the certificate service. */
  String askForCertificate(String authorization, String spiffeId) {
    return askForCertificate(authorization, spiffeId, workspace.scratch().resolve("any.key"));
  }

  private String askForCertificate(String authorization, String spiffeId, Path key) {
    return call(
        "istio.v1.auth.IstioCertificateService/CreateCertificate",
        authorization,
        new WireMessage().text(1, request(spiffeId, key)).bytes());
  }

  /** A signing request with a new key, which is kept. */
  private static String request(String spiffeId, Path key) {
    String printed =
        Command.run(
            "openssl",
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            key.toString(),
            "-subj",
            "/",
            "-addext",
            "subjectAltName=critical,URI:" + spiffeId);
    return printed.substring(printed.indexOf("-----BEGIN CERTIFICATE REQUEST"));
  }

  private Path key() {
    return workspace.scratch().resolve("intruder.key");
  }

  private Path chain() {
    return workspace.scratch().resolve("intruder.pem");
  }

  /** Gets what is his due: a certificate of his own ID. */
  void enrol() {
    String answer = askForCertificate("Bearer " + token(), ID, key());
    String chain =
        CERTIFICATE
            .matcher(new String(answer.getBytes(ISO_8859_1), ISO_8859_1))
            .results()
            .map(found -> found.group() + "\n")
            .collect(Collectors.joining());
    if (chain.isEmpty()) {
      throw new AssertionError("no certificate in: " + answer);
    }
    try {
      Files.writeString(chain(), chain);
    } catch (IOException e) {
      throw new ProcessFailure("cannot write " + chain(), e);
    }
  }

  /**
   * CONNECT by a tunnel of his own, from his Pod's network, with the certificate of {@link #enrol}.
   *
   * @param target of TCP and TLS
   * @param headers each {@code name=value}
   * @return what {@link ConnectClient} prints
   */
  String connect(String target, String authority, String... headers) {
    List<String> line =
        new ArrayList<>(
            workspace
                .distribution()
                .own(
                    ConnectClient.class.getName(),
                    List.of(target, chain().toString(), key().toString(), authority)));
    line.addAll(List.of(headers));
    List<String> inPod = new ArrayList<>(List.of("sh", "-c", IN_NETWORK, "sh", address()));
    inPod.addAll(line);
    return west.onNode(inPod.toArray(String[]::new));
  }

  /** The network namespace that has an address, by the names that the CNI plugin gave them. */
  private static final String IN_NETWORK =
      """
      address=$1; shift
      for each in /run/netns/cni-* /var/run/netns/cni-*; do
        [ -e "$each" ] || continue
        if nsenter --net="$each" ip -4 -o addr | grep -qF " $address/"; then
          exec nsenter --net="$each" "$@"
        fi
      done
      echo "no network namespace has $address" >&2
      exit 1
      """;
}

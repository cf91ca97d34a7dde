package io.isthmus.cli.cluster;

import java.util.List;

/**
 * A pod with an HTTP server and a sidecar, and the Services in front of it.
 *
 * @param index decides the pod's address
 * @param pod the Pod's name
 * @param serviceAccount whose identity the sidecar has
 * @param services names of its Services; their port 80 leads to the pod's 8080
 */
public record Workload(int index, String pod, String serviceAccount, List<String> services) {
  public static final String NAMESPACE = "shop";
  public static final int PORT = 8080;
  public static final int SERVICE_PORT = 80;

  public Workload {
    services = List.copyOf(services);
  }
}

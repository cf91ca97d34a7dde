package io.isthmus.cli.demo;

import io.isthmus.cli.cluster.DemoCluster;
import java.util.List;

/** Commands to try while the demo is up. */
final class Suggestions {
  private Suggestions() {}

  static void print(DemoMesh mesh, Narrator narrator) {
    DemoCluster west = mesh.west();
    DemoCluster east = mesh.east();
    String kubectlEast = "kubectl --kubeconfig " + east.kubeconfig();
    String kubectlWest = "kubectl --kubeconfig " + west.kubeconfig();
    List<String> lines =
        List.of(
            "",
            "Everything stays up until Ctrl-C. Try:",
            "  # the request of the story, again",
            "  " + mesh.caller().typed(CallAcross.URL),
            "  # what the mirror controller made in west",
            "  " + kubectlWest + " -n shop get services,endpointslices",
            "  ./isthmus --kubeconfig " + west.kubeconfig() + " link list",
            "  # withdraw the export: hello-east goes; put it back: it returns",
            "  " + kubectlEast + " -n shop label service hello mirror.isthmus.io/exported-",
            "  " + kubectlEast + " -n shop label service hello mirror.isthmus.io/exported=true",
            "  # who called, as the destination's sidecar saw it",
            "  tail -f " + east.accessLog(DemoMesh.HELLO).file(),
            "  # what the proxies know: /config_dump /clusters /certs",
            "  curl -s http://%s/clusters"
                .formatted(west.adminAddress(west.spec().identity(DemoMesh.CLIENT))),
            "  curl -s http://%s/certs".formatted(east.adminAddress(east.spec().gateway())),
            "  # logs: " + west.directory() + " and " + east.directory());
    lines.forEach(narrator::say);
  }
}

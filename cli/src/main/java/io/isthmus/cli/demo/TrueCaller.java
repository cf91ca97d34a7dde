package io.isthmus.cli.demo;

/** East's sidecar knows who called, through two clusters' worth of proxies. */
final class TrueCaller implements Step {
  static final String CALLER = "spiffe://west.demo/ns/shop/sa/client";

  @Override
  public String aim() {
    return "find the true caller in the access log of the destination's sidecar";
  }

  @Override
  public Told run(DemoMesh mesh) {
    String line =
        mesh.east()
            .accessLog(DemoMesh.HELLO)
            .await(
                0,
                "a line with src.identity " + CALLER,
                each ->
                    LogLine.parse(each)
                        .map(parsed -> parsed.has("src.identity", CALLER))
                        .orElse(false));
    return Told.of("east's sidecar saw the true caller, " + CALLER, line);
  }
}

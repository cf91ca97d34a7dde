package io.isthmus.cli.demo;

/** As {@code kubectl label service hello mirror.isthmus.io/exported=true}. */
final class ExportServices implements Step {
  @Override
  public String aim() {
    return "export hello and internal";
  }

  @Override
  public Told run(DemoMesh mesh) {
    Exports.export(mesh.east(), "hello");
    Exports.export(mesh.east(), "internal");
    return Told.of(
        "exported: label mirror.isthmus.io/exported=true set on east's Services hello and internal");
  }
}

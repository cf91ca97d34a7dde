package io.isthmus.e2e.trust;

import io.isthmus.e2e.Scenarios;
import java.util.ArrayList;
import java.util.List;

/** Load on a linked mesh, from its start to its end. */
final class Soak implements AutoCloseable {
  private final LinkedMesh mesh;
  private final SoakForm form;
  private final Loads loads;
  private final ProxyCounters before;

  private Soak(LinkedMesh mesh, SoakForm form, Loads loads, ProxyCounters before) {
    this.mesh = mesh;
    this.form = form;
    this.loads = loads;
    this.before = before;
  }

  static Soak start(Scenarios scenarios, LinkedMesh mesh, SoakForm form) {
    List<Database> database = new ArrayList<>();
    scenarios.stage(
        "start fortio's servers and PostgreSQL", () -> database.add(Loads.furnish(mesh)));
    List<Soak> started = new ArrayList<>();
    scenarios.stage(
        "start the load: %d requests/s on each of %d directed pairs, pgbench, %d sessions"
            .formatted(form.rate(), mesh.pairs().size(), form.sessions()),
        () -> {
          ProxyCounters before = ProxyCounters.of(mesh.mesh().clusters());
          started.add(new Soak(mesh, form, Loads.start(mesh, form, database.getFirst()), before));
          SoakSuite.warmUp();
        });
    return started.getFirst();
  }

  /** Counters are read before clients end: what ends with them is no failure. */
  SoakResult end() {
    ProxyCounters after = ProxyCounters.of(mesh.mesh().clusters());
    return new SoakResult(form, before, after, loads.end());
  }

  @Override
  public void close() {
    loads.close();
  }
}

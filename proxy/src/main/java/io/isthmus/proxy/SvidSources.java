package io.isthmus.proxy;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.identity.ControlPlaneConnector;
import io.isthmus.proxy.identity.ControlPlaneSvidSource;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.identity.files.FileSvidSource;
import io.isthmus.proxy.identity.files.PemFiles;
import io.isthmus.proxy.identity.workloadapi.Agent;
import io.isthmus.proxy.identity.workloadapi.WorkloadApiSvidSource;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes the source that the settings ask for, and loads no class of another one: a sidecar's memory
 * is paid for each Pod. All of them run on the connector's loop.
 *
 * @param id that this process has to have
 */
record SvidSources(ControlPlaneConnector connector, SpiffeId id, InstantSource clock) {

  SvidSource start(SvidOrigin origin) {
    return switch (origin) {
      case SvidOrigin.Control() -> control();
      case SvidOrigin.Files(var certificates, var key) -> files(new PemFiles(certificates, key));
      case SvidOrigin.WorkloadApi(var socket) -> workloadApi(new Agent(socket, connector.loop()));
    };
  }

  private SvidSource control() {
    ControlPlaneSvidSource source =
        new ControlPlaneSvidSource(
            connector, id, new ControlPlaneSvidSource.Timing(clock, RandomGenerator.getDefault()));
    source.start();
    return source;
  }

  private SvidSource files(PemFiles files) {
    FileSvidSource source = new FileSvidSource(files, connector::verifyOwn, id, connector.loop());
    source.start();
    return source;
  }

  private SvidSource workloadApi(Agent agent) {
    WorkloadApiSvidSource source = new WorkloadApiSvidSource(agent, id, clock);
    source.start();
    return source;
  }
}

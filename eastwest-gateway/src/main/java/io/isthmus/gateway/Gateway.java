package io.isthmus.gateway;

import io.isthmus.gateway.exports.ExportHandlers;
import io.isthmus.gateway.exports.Targets;
import io.isthmus.proxy.DataPlane;
import io.isthmus.proxy.DataPlaneParts;
import io.isthmus.proxy.canary.CanaryAnswers;
import io.isthmus.proxy.canary.Patience;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.transport.ListenerException;
import java.io.IOException;
import java.util.List;

/** The wiring of the gateway: a data plane that answers tunnels by its table, and nothing else. */
public final class Gateway {
  private final DataPlane plane;

  /** {@code onDrainRequest} is what {@code POST /drain} begins. */
  public Gateway(
      GatewaySettings settings, ConfigSource config, SvidSource svid, Runnable onDrainRequest)
      throws IOException {
    DataPlaneParts parts =
        new DataPlaneParts(
            "gateway", new DataPlaneParts.Inputs(settings.values(), config, svid, onDrainRequest));
    ExportHandlers.Answers answers =
        new ExportHandlers.Answers(
            new Targets(parts.tunnels(), parts.connector()),
            new CanaryAnswers(parts.contexts(), Patience.DEFAULT));
    this.plane =
        new DataPlane(
            parts,
            new ExportHandlers(config, answers, parts.connections(), parts.recorder()),
            List.of());
  }

  DataPlane plane() {
    return plane;
  }

  /** Binds everything; throws {@link ListenerException} when an address cannot be had. */
  public DataPlane start() {
    return plane.start();
  }
}

package io.isthmus.control.state;

import java.util.List;
import java.util.Optional;

/**
 * A Service as far as the mesh cares.
 *
 * @param addresses its ClusterIPs; none for a headless one
 * @param ports its TCP ports
 */
public record MeshService(ServiceKey key, List<String> addresses, List<Port> ports, Reach reach) {

  /** A port's name (empty if it has none) and number. */
  public record Port(String name, int number) {}

  /** Where it comes from and where it goes. A mirror is never exported again. */
  public sealed interface Reach {
    record Local() implements Reach {}

    record Exported(Export export) implements Reach {}

    /** Was to be exported, but how is not understood: for this cluster alone. */
    record Misread(String problem) implements Reach {}

    record Mirrored(Mirror mirror) implements Reach {}

    /** Bears the mark of a mirror, but not what a mirror must say: nothing can be reached. */
    record Broken(String problem) implements Reach {}
  }

  public MeshService {
    addresses = List.copyOf(addresses);
    ports = List.copyOf(ports);
  }

  public Optional<Export> export() {
    return reach instanceof Reach.Exported(Export export) ? Optional.of(export) : Optional.empty();
  }
}

package io.isthmus.mirror.probe;

import io.isthmus.proxy.tunnel.Opening;
import java.util.Optional;

/**
 * What a connection that was made for it shows of the path to one address of a gateway.
 *
 * @param opening empty when its handshake got stuck
 * @param largest the largest payload of {@link Ladder#SIZES} that came back; 0 when none did
 * @param blackHole what shows that large packets are lost where small ones pass, for people
 */
public record PathReport(Optional<Opening> opening, int largest, Optional<String> blackHole) {}

package io.isthmus.proxy.tunnel;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How a connection or session came to be usable.
 *
 * @param connect until its transport was there: TCP, or a stream of a gateway's connection
 * @param handshake from then until the peer was verified
 * @param pathMtu what the kernel takes the path for, in bytes; empty where it does not say
 */
public record Opening(Duration connect, Duration handshake, OptionalInt pathMtu) {}

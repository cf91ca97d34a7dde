package io.isthmus.mirror.names;

/**
 * A mirror that is asked for.
 *
 * @param address what its name has to resolve to
 */
public record MirrorName(String namespace, String service, String address) {}

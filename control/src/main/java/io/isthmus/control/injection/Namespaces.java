package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Optional;
import java.util.function.Function;

/**
 * The metadata of a namespace by its name.
 *
 * @param known as the watch last told of it
 * @param now as the API server has it, which blocks; empty where that cannot be had
 */
public record Namespaces(
    Function<String, Optional<ObjectMeta>> known, Function<String, Optional<ObjectMeta>> now) {}

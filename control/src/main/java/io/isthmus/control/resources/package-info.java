/**
 * From a cluster's state to the xDS resources of one proxy: a pure function, apart from where the
 * state comes from and how resources are sent. What several proxies use is made once for each state
 * and shared between them. Everything is immutable; every resource's version is a hash of its
 * content.
 */
@NullMarked
package io.isthmus.control.resources;

import org.jspecify.annotations.NullMarked;

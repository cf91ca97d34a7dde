/**
 * A trust domain: where its anchors come from, who issues for it, and which generation of its
 * bundle is in force. The records are what the API server stores.
 */
@NullMarked
package io.isthmus.api.trust;

import org.jspecify.annotations.NullMarked;

/**
 * What this process believes, and what it says of that. Identity and bundles come together here
 * into TLS; a generation under which the own leaf, or a live peer, would be locked out is refused,
 * its trust domain's last good one stays, and the control plane is told. Revoked anchors go at once
 * all the same. Updates are made one at a time on whichever thread brings them; reports belong to
 * the loop of the control plane's connection.
 */
@NullMarked
package io.isthmus.proxy.trust;

import org.jspecify.annotations.NullMarked;

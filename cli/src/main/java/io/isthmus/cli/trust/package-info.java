/**
 * {@code isthmus trust}: shows what proxies of all linked clusters enforce, and asks control planes
 * to replace, revoke or follow trust. The verbs write wishes into TrustDomains and wait for what
 * comes of them; keys and bundles are the control plane's alone. Everything runs on the main
 * thread.
 */
@NullMarked
package io.isthmus.cli.trust;

import org.jspecify.annotations.NullMarked;

/**
 * What each component may do at the API server, held against what it did there: clusters live
 * through everything that makes their components write, and the API servers' audit logs tell. One
 * thread drives them.
 */
@NullMarked
package io.isthmus.e2e.rights;

import org.jspecify.annotations.NullMarked;

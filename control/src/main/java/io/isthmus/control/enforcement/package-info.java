/**
 * Which generation of each trust domain's bundle the proxies enforce, as they report it themselves.
 * A board has the last report of each; two threads at most meet there, a stream's and the
 * publisher's, under the board's one lock. What is seen of it all is written into TrustDomains'
 * status, at a rate that does not depend on the number of proxies.
 */
@NullMarked
package io.isthmus.control.enforcement;

import org.jspecify.annotations.NullMarked;

/**
 * {@code isthmus check}: which layer of two linked clusters fails first, seen from both. What is
 * there is collected by calls that end in time, all clusters at once ({@code Calls}, {@code
 * ClusterReader}); what it means is decided by pure functions over that ({@code InstallChecks} and
 * the others, one a layer).
 */
@NullMarked
package io.isthmus.cli.check;

import org.jspecify.annotations.NullMarked;

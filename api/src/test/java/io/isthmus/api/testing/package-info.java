/**
 * A real API server for tests: etcd and kube-apiserver as processes on loopback, one for all tests
 * of a JVM. Where the programs are not built, tests that need them are skipped by name and reason.
 * Instances may be used from any thread.
 */
@NullMarked
package io.isthmus.api.testing;

import org.jspecify.annotations.NullMarked;

package io.isthmus.api.testing;

import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/**
 * Gives tests the {@link RealApiServer} that all tests of this JVM share, as a parameter. Tests
 * keep apart by namespaces of their own. Without the programs they are skipped, or fail with
 * CI=true.
 */
public final class RealApiServerExtension implements BeforeAllCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(RealApiServerExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    Optional<String> missing = ControlPlanePrograms.ofEnvironment().missing();
    if (missing.isPresent()) {
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException("CI=true: " + missing.get());
      }
      throw new TestAbortedException(missing.get());
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RealApiServer.class;
  }

  /** The store closes the server after the last test of the JVM. */
  @Override
  public RealApiServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .computeIfAbsent(
            RealApiServer.class,
            type -> RealApiServer.start(ControlPlanePrograms.ofEnvironment()),
            RealApiServer.class);
  }
}

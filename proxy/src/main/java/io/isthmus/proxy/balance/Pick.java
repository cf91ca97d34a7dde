package io.isthmus.proxy.balance;

import io.isthmus.proxy.config.Endpoint;

/**
 * An endpoint chosen for one connection. Say how the connect went, and close it when the connection
 * is over; {@link #failed} closes it too.
 */
public final class Pick implements AutoCloseable {
  private final Balancer balancer;
  private final Endpoint endpoint;
  private boolean closed;

  Pick(Balancer balancer, Endpoint endpoint) {
    this.balancer = balancer;
    this.endpoint = endpoint;
    balancer.opened(endpoint);
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public void connected() {
    balancer.succeeded(endpoint);
  }

  /** Leaves the endpoint out for a short time. */
  public void failed() {
    balancer.failed(endpoint);
    close();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      balancer.closed(endpoint);
    }
  }
}

package io.isthmus.proxy.config;

import java.util.List;

/** The endpoints of one service port. */
public record Cluster(String name, ServiceName service, List<Endpoint> endpoints) {
  public Cluster {
    endpoints = List.copyOf(endpoints);
  }
}

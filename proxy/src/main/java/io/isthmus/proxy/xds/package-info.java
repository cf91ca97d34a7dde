/**
 * The client of the control plane's delta xDS: turns Listeners, RouteConfigurations, Clusters,
 * ClusterLoadAssignments and Secrets into one {@code MeshConfig}. A response is taken whole or
 * refused whole, with the reason; the configuration is swapped only when every reference in it is
 * resolved; and nothing that happens to the control plane empties it. All state is confined to the
 * event loop of the {@code ControlPlaneConnector}.
 */
@NullMarked
package io.isthmus.proxy.xds;

import org.jspecify.annotations.NullMarked;

package io.isthmus.cli.gateways;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One address of a linked cluster's gateway, as {@code -o json} prints it.
 *
 * @param address absent when the gateway has none
 * @param exports Services that the peer exports to this cluster, as many as are mirrored
 * @param sessions open tunnels of the peer's trust domain on all gateways of this cluster; absent
 *     where that is not known
 * @param problem why it is not alive
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GatewayRow(
    String cluster,
    String identity,
    @Nullable String address,
    String alive,
    @Nullable String rtt,
    @Nullable String since,
    int exports,
    @Nullable Integer sessions,
    @Nullable String problem,
    LinkStatus.@Nullable Path path) {

  static List<GatewayRow> of(List<Link> links, Sessions sessions) {
    List<GatewayRow> rows = new ArrayList<>();
    for (Link link : links) {
      LinkStatus status = Objects.requireNonNullElse(link.getStatus(), LinkStatus.empty());
      int exports = Objects.requireNonNullElse(status.services(), 0);
      String cluster = link.getSpec().cluster();
      String identity = link.getSpec().gatewayIdentity();
      OptionalInt known = sessions.of(link.getSpec().trustDomain());
      Integer open = known.isPresent() ? known.getAsInt() : null;
      if (status.gateways().isEmpty()) {
        rows.add(
            new GatewayRow(
                cluster,
                identity,
                null,
                "Unknown",
                null,
                null,
                exports,
                open,
                "no address is known",
                null));
      }
      for (LinkStatus.GatewayStatus gateway : status.gateways()) {
        LinkStatus.Problem problem = gateway.problem();
        rows.add(
            new GatewayRow(
                cluster,
                gateway.identity(),
                gateway.address(),
                gateway.alive(),
                gateway.rtt(),
                gateway.since(),
                exports,
                open,
                problem == null ? null : problem.message(),
                gateway.path()));
      }
    }
    return rows;
  }
}

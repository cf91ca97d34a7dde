package io.isthmus.mirror.link;

import io.isthmus.api.link.GatewayAddress;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.mirror.probe.PathReport;
import io.isthmus.mirror.status.Finding;
import io.isthmus.proxy.tunnel.Opening;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What the status says of the paths to a gateway's addresses. */
final class PathStatus {
  private static final String TYPE = LinkStatus.LARGE_PACKETS_PASS;
  private final Map<GatewayAddress, Shown> shown = new HashMap<>();
  private Map<GatewayAddress, PathReport> measured = Map.of();

  private record Shown(ShownTime connect, ShownTime tls) {}

  void keep(Map<GatewayAddress, PathReport> reports) {
    measured = Map.copyOf(reports);
    shown.keySet().retainAll(measured.keySet());
  }

  LinkStatus.@Nullable Path of(GatewayAddress address) {
    PathReport report = measured.get(address);
    if (report == null) {
      return null;
    }
    Shown times =
        shown.computeIfAbsent(address, fresh -> new Shown(new ShownTime(), new ShownTime()));
    var mtu = report.opening().map(Opening::pathMtu).filter(known -> known.isPresent());
    return new LinkStatus.Path(
        times.connect().show(report.opening().map(Opening::connect)),
        times.tls().show(report.opening().map(Opening::handshake)),
        report.largest(),
        mtu.map(known -> known.getAsInt()).orElse(null),
        report.blackHole().orElse(null));
  }

  static Finding finding(SortedMap<GatewayAddress, PathReport> reports) {
    List<String> holes = new ArrayList<>();
    reports.forEach(
        (address, report) -> report.blackHole().ifPresent(how -> holes.add(address + ": " + how)));
    if (!holes.isEmpty()) {
      return Finding.no(
          TYPE,
          LinkStatus.MTU_BLACK_HOLE,
          "%s; let ICMP \"fragmentation needed\" through, or lower the MTU (clamp the MSS) on the way"
              .formatted(String.join("; ", holes.subList(0, Math.min(3, holes.size())))));
    }
    return reports.isEmpty()
        ? Finding.unknown(TYPE, "NotMeasured", "no path to the gateway could be measured")
        : Finding.yes(TYPE, "PayloadsComeBack", "no large packet gets lost where small ones pass");
  }
}

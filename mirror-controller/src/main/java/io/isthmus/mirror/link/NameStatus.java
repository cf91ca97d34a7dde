package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.Service;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.mirror.names.MirrorName;
import io.isthmus.mirror.names.NameReport;
import io.isthmus.mirror.plan.LocalState;
import io.isthmus.mirror.plan.ObjectKey;
import io.isthmus.mirror.plan.OwnerMark;
import io.isthmus.mirror.status.Finding;
import java.util.Map;
import java.util.Optional;

/** What the status says of mirrors' names, of which one is asked for. */
final class NameStatus {
  private static final String TYPE = LinkStatus.NAMES_RESOLVE;
  private static final String HEADLESS = "None";

  private NameStatus() {}

  /** The first mirror of a cluster that has an address. */
  static Optional<MirrorName> toAsk(LocalState state, String cluster) {
    return state.services().entrySet().stream()
        .filter(each -> OwnerMark.isOn(each.getValue(), cluster))
        .filter(each -> hasAddress(each.getValue()))
        .min(Map.Entry.comparingByKey())
        .map(each -> name(each.getKey(), each.getValue()));
  }

  private static boolean hasAddress(Service service) {
    String address = service.getSpec().getClusterIP();
    return address != null && !address.isEmpty() && !address.equals(HEADLESS);
  }

  private static MirrorName name(ObjectKey key, Service service) {
    return new MirrorName(key.namespace(), key.name(), service.getSpec().getClusterIP());
  }

  static Finding finding(Optional<MirrorName> asked, Optional<NameReport> report) {
    if (report.isEmpty()) {
      return asked.isEmpty()
          ? Finding.unknown(TYPE, "NoMirror", "there is no mirror whose name could be asked for")
          : Finding.unknown(
              TYPE,
              "NotAsked",
              "no answer yet, or this controller runs in no Pod with the cluster's DNS");
    }
    String message = report.get().message();
    return switch (report.get().outcome()) {
      case RESOLVES -> Finding.yes(TYPE, "Resolve", message);
      case NO_SUCH_NAME -> Finding.no(TYPE, "NoSuchName", message);
      case OTHER_ADDRESS -> Finding.no(TYPE, "OtherAddress", message);
      case REFUSED -> Finding.no(TYPE, "Refused", message);
      case NO_ANSWER -> Finding.no(TYPE, "NoAnswer", message);
    };
  }
}

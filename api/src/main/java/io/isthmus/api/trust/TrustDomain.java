package io.isthmus.api.trust;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.schema.PrinterColumn;
import java.util.Comparator;
import java.util.Objects;

/** The own trust domain, or a peer's. Cluster-scoped. */
@Group(ObjectNames.GROUP)
@Version(ObjectNames.VERSION)
@Kind("TrustDomain")
@Plural("trustdomains")
@Singular("trustdomain")
@ShortNames("td")
@Categories("isthmus")
@PrinterColumn(name = "Trust domain", jsonPath = ".spec.trustDomain")
@PrinterColumn(name = "Phase", jsonPath = ".status.phase")
@PrinterColumn(name = "Sequence", type = "integer", jsonPath = ".status.bundle.sequence")
@PrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@PrinterColumn(name = "Link", jsonPath = ".spec.bundle.link.name", priority = 1)
@PrinterColumn(name = "Endpoint", jsonPath = ".spec.bundle.endpoint.url", priority = 1)
@PrinterColumn(
    name = "Fresh",
    jsonPath = ".status.conditions[?(@.type==\"BundleFresh\")].status",
    priority = 1)
@PrinterColumn(name = "Age", type = "date", jsonPath = ".metadata.creationTimestamp")
public final class TrustDomain extends CustomResource<TrustDomainSpec, TrustDomainStatus> {
  /** Of TrustDomains with one name, the first has the word on its anchors. */
  public static final Comparator<TrustDomain> OLDEST_FIRST =
      Comparator.comparing((TrustDomain domain) ->
              Objects.requireNonNullElse(domain.getMetadata().getCreationTimestamp(), ""))
          .thenComparing(domain -> domain.getMetadata().getName());
}

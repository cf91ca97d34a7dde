package io.isthmus.api.link;

import io.fabric8.kubernetes.api.model.Namespaced;
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

/** A peer cluster, as seen from this one. */
@Group(ObjectNames.GROUP)
@Version(ObjectNames.VERSION)
@Kind("Link")
@Plural("links")
@Singular("link")
@ShortNames("lk")
@Categories("isthmus")
@PrinterColumn(name = "Cluster", jsonPath = ".spec.cluster")
@PrinterColumn(name = "Connected", jsonPath = ".status.conditions[?(@.type==\"Connected\")].status")
@PrinterColumn(name = "Synced", jsonPath = ".status.conditions[?(@.type==\"Synced\")].status")
@PrinterColumn(
    name = "Trust",
    jsonPath = ".status.conditions[?(@.type==\"TrustEstablished\")].status")
@PrinterColumn(
    name = "Gateway",
    jsonPath = ".status.conditions[?(@.type==\"GatewayReachable\")].status")
@PrinterColumn(name = "Services", type = "integer", jsonPath = ".status.services")
@PrinterColumn(name = "Trust domain", jsonPath = ".spec.trustDomain", priority = 1)
@PrinterColumn(name = "Age", type = "date", jsonPath = ".metadata.creationTimestamp")
public final class Link extends CustomResource<LinkSpec, LinkStatus> implements Namespaced {}

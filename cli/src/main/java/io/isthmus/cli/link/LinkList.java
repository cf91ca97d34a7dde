package io.isthmus.cli.link;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.Condition;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import io.isthmus.cli.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus link list}. */
@Command(
    name = "list",
    description = "Show the Links of a cluster and how they fare.",
    mixinStandardHelpOptions = true)
final class LinkList implements Callable<Integer> {
  private static final List<String> CONDITIONS =
      List.of(
          LinkStatus.CONNECTED,
          LinkStatus.SYNCED,
          LinkStatus.TRUST_ESTABLISHED,
          LinkStatus.GATEWAY_REACHABLE,
          LinkStatus.CREDENTIALS_VALID);

  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      List<Link> links =
          client.resources(Link.class).inNamespace(global.namespace()).list().getItems();
      PrintWriter out = spec.commandLine().getOut();
      switch (global.output()) {
        case TABLE -> table(links, out);
        case JSON ->
            out.println(Serialization.asJson(links.stream().map(LinkList::plain).toList()));
        case YAML -> out.print(Serialization.asYaml(links.stream().map(LinkList::plain).toList()));
      }
      out.flush();
    }
    return ExitCode.YES;
  }

  private void table(List<Link> links, PrintWriter out) {
    if (links.isEmpty()) {
      out.println("No Links.");
      return;
    }
    Table table =
        new Table(
            List.of(
                "NAME",
                "TRUST DOMAIN",
                "CONNECTED",
                "SYNCED",
                "TRUST",
                "GATEWAY",
                "CREDENTIALS",
                "SERVICES",
                "ENDPOINTS"));
    for (Link link : links) {
      List<String> row = new java.util.ArrayList<>();
      row.add(link.getMetadata().getName());
      row.add(link.getSpec().trustDomain());
      CONDITIONS.forEach(
          type -> row.add(condition(link, type).map(Condition::status).orElse(Condition.UNKNOWN)));
      LinkStatus status = status(link);
      row.add(String.valueOf(Objects.requireNonNullElse(status.services(), 0)));
      row.add(String.valueOf(Objects.requireNonNullElse(status.endpoints(), 0)));
      table.add(row);
    }
    out.print(table.text());
    for (Link link : links) {
      CONDITIONS.forEach(type ->
          condition(link, type)
              .filter(condition -> !condition.status().equals(Condition.TRUE))
              .ifPresent(condition ->
                  out.printf(
                      "%s: %s is %s (%s): %s%n",
                      link.getMetadata().getName(),
                      type,
                      condition.status(),
                      condition.reason(),
                      condition.message())));
    }
  }

  private static Optional<Condition> condition(Link link, String type) {
    return Condition.find(status(link).conditions(), type);
  }

  private static LinkStatus status(Link link) {
    return Objects.requireNonNullElse(link.getStatus(), LinkStatus.empty());
  }

  /** Without what only the API server needs. */
  private static Link plain(Link link) {
    ObjectMeta metadata = link.getMetadata();
    metadata.setManagedFields(null);
    return link;
  }
}

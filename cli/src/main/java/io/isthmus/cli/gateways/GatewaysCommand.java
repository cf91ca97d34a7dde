package io.isthmus.cli.gateways;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.link.Link;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import io.isthmus.cli.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus gateways}. */
@Command(
    name = "gateways",
    description = "Show the gateways of linked clusters, as they are reached from here.",
    mixinStandardHelpOptions = true)
public final class GatewaysCommand implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      List<Link> links =
          client.resources(Link.class).inNamespace(global.namespace()).list().getItems();
      Sessions sessions = Sessions.of(client, global.namespace());
      List<GatewayRow> rows = GatewayRow.of(links, sessions);
      PrintWriter out = spec.commandLine().getOut();
      switch (global.output()) {
        case TABLE -> table(rows, out);
        case JSON -> out.println(Serialization.asJson(rows));
        case YAML -> out.print(Serialization.asYaml(rows));
      }
      out.flush();
      sessions
          .unread()
          .filter(why -> !links.isEmpty())
          .ifPresent(why ->
              spec.commandLine().getErr().printf("isthmus: sessions are not known: %s%n", why));
      spec.commandLine().getErr().flush();
    }
    return ExitCode.YES;
  }

  private static void table(List<GatewayRow> rows, PrintWriter out) {
    if (rows.isEmpty()) {
      out.println("No Links.");
      return;
    }
    Table table =
        new Table(
            List.of(
                "CLUSTER", "ADDRESS", "ALIVE", "RTT", "SINCE", "EXPORTS", "SESSIONS", "IDENTITY"));
    for (GatewayRow row : rows) {
      table.add(
          List.of(
              row.cluster(),
              shown(row.address()),
              row.alive(),
              shown(row.rtt()),
              shown(row.since()),
              String.valueOf(row.exports()),
              shown(row.sessions()),
              row.identity()));
    }
    out.print(table.text());
    rows.stream()
        .filter(row -> row.problem() != null && !row.alive().equals("True"))
        .forEach(
            row -> out.printf("%s, %s: %s%n", row.cluster(), shown(row.address()), row.problem()));
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "-" : value.toString();
  }
}

package io.isthmus.cli.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.injection.Injection;
import io.isthmus.control.injection.InjectionWish;
import io.isthmus.control.injection.Installed;
import io.isthmus.control.injection.SidecarForm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class InjectCommandTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - {name: web, image: web}
      """;

  @TempDir private Path directory = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int inject(String manifest) throws IOException {
    Path file = directory.resolve("app.yaml");
    Files.writeString(file, manifest);
    List<String> line =
        new ArrayList<>(
            List.of(
                "-f",
                file.toString(),
                "--cluster=west",
                "--trust-domain=west.example",
                "--sidecar-image=isthmus/sidecar:1"));
    CommandLine command = new CommandLine(new InjectCommand());
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    command.setExecutionExceptionHandler((exception, _, _) -> {
      err.write(exception.getMessage() + "\n" + exception);
      return 1;
    });
    return command.execute(line.toArray(String[]::new));
  }

  @Test
  void givesADeploymentWhatTheWebhookWouldGiveItsPods() throws Exception {
    assertThat(inject(DEPLOYMENT)).as(err.toString()).isZero();

    KubernetesSerialization yaml = new KubernetesSerialization();
    var before = yaml.unmarshal(DEPLOYMENT, Deployment.class).getSpec().getTemplate();
    var after = yaml.unmarshal(out.toString(), Deployment.class).getSpec().getTemplate();
    Injection webhook =
        new Injection(
            new Installed(
                "west",
                TrustDomain.of("west.example"),
                "cluster.local",
                "isthmus-control.isthmus-system.svc:15012",
                new Installed.Images("isthmus/sidecar:1", "isthmus/capture", "IfNotPresent"),
                SidecarForm.NATIVE));
    assertThat(webhook.inject(before.getMetadata(), before.getSpec(), InjectionWish.ENABLED))
        .isEqualTo(new Injection.Outcome.Injected(after.getSpec()));
    assertThat(err.toString()).contains("Deployment/web: injected");
  }

  @Test
  void findsTheTemplateOfACronJobAndKeepsWhatHasNoPods() throws Exception {
    String manifest =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {key: value}
        ---
        apiVersion: example.org/v1
        kind: Unheard
        metadata: {name: of}
        spec: {depth: 3}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly}
        spec:
          schedule: "0 1 * * *"
          jobTemplate:
            spec:
              template:
                spec:
                  restartPolicy: Never
                  containers:
                  - {name: job, image: job}
        """;

    assertThat(inject(manifest)).as(err.toString()).isZero();

    assertThat(out.toString())
        .contains("kind: \"ConfigMap\"", "key: \"value\"", "kind: \"Unheard\"", "depth: 3");
    String last = out.toString().substring(out.toString().lastIndexOf("---"));
    CronJob cron = new KubernetesSerialization().unmarshal(last, CronJob.class);
    assertThat(
            cron.getSpec().getJobTemplate().getSpec().getTemplate().getSpec().getInitContainers())
        .extracting(container -> container.getName())
        .containsExactly("isthmus-capture", "isthmus-proxy");
  }

  @Test
  void injectsOnceOnly() throws Exception {
    inject(DEPLOYMENT);
    String once = out.toString();
    out.getBuffer().setLength(0);

    assertThat(inject(once)).isZero();

    assertThat(out.toString()).isEqualTo(once);
    assertThat(err.toString()).contains("Deployment/web: left alone, it has a sidecar");
  }

  @Test
  void refusesABadAnnotationAndNamesTheObject() throws Exception {
    int exit =
        inject(
            DEPLOYMENT.replace(
                "metadata: {labels: {app: web}}",
                "metadata: {labels: {app: web}, annotations: {isthmus.io/drain-seconds: soon}}"));

    assertThat(exit).isEqualTo(1);
    assertThat(err.toString()).contains("cannot inject Deployment/web");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void refusesWhatIsNoManifest() throws Exception {
    assertThat(inject("just: text\n")).isEqualTo(1);
    assertThat(err.toString()).contains("app.yaml is no manifest");
  }
}

package io.isthmus.cli.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.isthmus.certs.TrustDomain;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.Typed;
import io.isthmus.control.injection.Injection;
import io.isthmus.control.injection.InjectionWish;
import io.isthmus.control.injection.Installed;
import io.isthmus.control.injection.SidecarForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  private final Typed typed =
      new Typed(
          "inject",
          "--cluster=west",
          "--trust-domain=west.example",
          "--sidecar-image=localhost/isthmus-sidecar:1");

  private String file(String manifest) throws IOException {
    Path file = directory.resolve("app.yaml");
    Files.writeString(file, manifest);
    return file.toString();
  }

  @Test
  void givesADeploymentWhatTheWebhookWouldGiveItsPods() throws Exception {
    typed.assertDone("-f", file(DEPLOYMENT));

    KubernetesSerialization yaml = new KubernetesSerialization();
    var before = yaml.unmarshal(DEPLOYMENT, Deployment.class).getSpec().getTemplate();
    var after = yaml.unmarshal(typed.out(), Deployment.class).getSpec().getTemplate();
    Injection webhook =
        new Injection(
            new Installed(
                "west",
                TrustDomain.of("west.example"),
                "cluster.local",
                "isthmus-control.isthmus-system.svc:15012",
                new Installed.Images(
                    "localhost/isthmus-sidecar:1", "localhost/isthmus-capture", "IfNotPresent"),
                SidecarForm.NATIVE));
    assertThat(webhook.inject(before.getMetadata(), before.getSpec(), InjectionWish.ENABLED))
        .isEqualTo(new Injection.Outcome.Injected(after.getMetadata(), after.getSpec()));
    assertThat(typed.err()).contains("Deployment/web: injected");
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

    typed.assertDone("-f", file(manifest));

    assertThat(typed.out())
        .contains("kind: \"ConfigMap\"", "key: \"value\"", "kind: \"Unheard\"", "depth: 3");
    String last = typed.out().substring(typed.out().lastIndexOf("---"));
    CronJob cron = new KubernetesSerialization().unmarshal(last, CronJob.class);
    assertThat(
            cron.getSpec().getJobTemplate().getSpec().getTemplate().getSpec().getInitContainers())
        .extracting(container -> container.getName())
        .containsExactly("isthmus-capture", "isthmus-proxy");
  }

  @Test
  void injectsOnceOnly() throws Exception {
    typed.assertDone("-f", file(DEPLOYMENT));
    String once = typed.out();

    typed.assertDone("-f", file(once));

    assertThat(typed.out()).isEqualTo(once);
    assertThat(typed.err()).contains("Deployment/web: left alone, it has a sidecar");
  }

  @Test
  void refusesABadAnnotationAndNamesTheObject() throws Exception {
    String manifest =
        DEPLOYMENT.replace(
            "metadata: {labels: {app: web}}",
            "metadata: {labels: {app: web}, annotations: {isthmus.io/drain-seconds: soon}}");

    typed.assertRefused(
        ExitCode.NO,
        List.of("cannot inject Deployment/web", "isthmus.io/drain-seconds: 'soon'"),
        "-f",
        file(manifest));
    assertThat(typed.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"just: text\n", "- a\n- b\n", "kind: [\n", "{\"kind\": "})
  void refusesWhatIsNoManifest(String text) throws Exception {
    String file = file(text);

    typed.assertRefused(ExitCode.USAGE, List.of(file + " is no manifest"), "-f", file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing to install\n", "---\n---\n"})
  void hasNothingToDoForAnEmptyManifest(String text) throws Exception {
    typed.assertDone("-f", file(text));

    assertThat(typed.out()).isEmpty();
  }

  @Test
  void refusesAFileThatIsNotThere() {
    typed.assertRefused(ExitCode.USAGE, List.of("cannot read nowhere.yaml"), "-f", "nowhere.yaml");
  }
}

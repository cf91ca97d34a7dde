package io.isthmus.cli.install;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import io.isthmus.cli.CommandException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Helm's releases in the cluster of one context, by Helm's own library: {@code helm} sees the same.
 *
 * @param kubeconfig text of a kubeconfig whose current context is that one
 * @param kubernetes version of its API server, such as v1.37.2
 */
record Releases(String context, String kubeconfig, String kubernetes, String namespace) {

  boolean has(String name) {
    return status(name).isPresent();
  }

  /** As Helm names it, such as {@code deployed}. */
  Optional<String> status(String name) {
    return asked(
            "read the releases",
            () ->
                Helm.list()
                    .all()
                    .withNamespace(namespace)
                    .withKubeConfigContents(kubeconfig)
                    .call())
        .stream()
        .filter(release -> release.getName().equals(name))
        .map(com.marcnuri.helm.Release::getStatus)
        .findFirst();
  }

  /** The values that were given to it, as YAML. */
  String values(String name) {
    return asked(
        "read the values of release " + name,
        () ->
            Helm.get(name)
                .values()
                .withNamespace(namespace)
                .withKubeConfigContents(kubeconfig)
                .call());
  }

  /** Its objects as YAML. The cluster is not asked what contradicts them. */
  String manifest(Release release) {
    var template =
        new Helm(release.chart())
            .template()
            .withName(release.name())
            .withNamespace(namespace)
            .withKubeVersion(kubernetes);
    release.files().forEach(template::withValuesFile);
    release.set().forEach(template::set);
    template.set("checkCluster", false);
    return asked("render release " + release.name(), template::call);
  }

  void apply(Release release) {
    run(release, DryRun.NONE);
  }

  /** Throws what {@link #apply} would throw before it writes anything. */
  void rehearse(Release release) {
    run(release, DryRun.SERVER);
  }

  /** Helm's own way to do the one or the other loses the kubeconfig in this library. */
  private void run(Release release, DryRun dryRun) {
    if (has(release.name())) {
      upgrade(release, dryRun);
    } else {
      install(release, dryRun);
    }
  }

  private void install(Release release, DryRun dryRun) {
    var install =
        new Helm(release.chart())
            .install()
            .withName(release.name())
            .withNamespace(namespace)
            .withDryRunOption(dryRun)
            .withKubeConfigContents(kubeconfig);
    release.files().forEach(install::withValuesFile);
    release.set().forEach(install::set);
    asked("install release " + release.name(), install::call);
  }

  private void upgrade(Release release, DryRun dryRun) {
    var upgrade =
        new Helm(release.chart())
            .upgrade()
            .resetValues()
            .withName(release.name())
            .withNamespace(namespace)
            .withDryRunOption(dryRun)
            .withKubeConfigContents(kubeconfig);
    release.files().forEach(upgrade::withValuesFile);
    release.set().forEach(upgrade::set);
    asked("upgrade release " + release.name(), upgrade::call);
  }

  void remove(String name) {
    asked(
        "uninstall release " + name,
        () ->
            Helm.uninstall(name)
                .ignoreNotFound()
                .withNamespace(namespace)
                .withKubeConfigContents(kubeconfig)
                .call());
  }

  private <T> T asked(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (IllegalStateException e) {
      throw CommandException.refused(
          "cannot %s in context %s".formatted(what, context),
          text(e),
          "correct what is named above; docs/install.md has the values");
    }
  }

  /** Without where in the chart it was found, and a hint for another program's command line. */
  private static String text(IllegalStateException e) {
    return String.join(
        " ",
        List.of(
            String.valueOf(e.getMessage())
                .replace("Use --debug flag to render out invalid YAML", "")
                .replaceFirst("execution error at \\([^)]*\\): ", "")
                .strip()
                .split("\\s*\n\\s*")));
  }
}

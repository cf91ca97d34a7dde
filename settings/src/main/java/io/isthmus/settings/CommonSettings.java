package io.isthmus.settings;

import java.util.List;

/** The settings that every process has. */
public final class CommonSettings {
  private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

  public static final Setting<String> CLUSTER =
      Setting.text("cluster", "name of this cluster")
          .must(
              "in lower case letters, digits and -, at most 63 characters",
              name -> name.matches(NAME))
          .required();

  public static final Setting<String> TRUST_DOMAIN =
      Setting.text("trust-domain", "SPIFFE trust domain of this cluster's identities")
          .must(
              "without spiffe://, in lower case letters, digits, ., - and _",
              name -> name.matches("[a-z0-9._-]{1,255}"))
          .required();

  public static final Setting<String> CLUSTER_DOMAIN =
      Setting.text("cluster-domain", "DNS domain of this cluster's Services")
          .must("a DNS name in lower case", name -> name.matches(NAME + "(\\." + NAME + ")*"))
          .withDefault("cluster.local");

  public static final Setting<String> LOG_LEVEL =
      Setting.oneOf(
              "log-level", "least level that is logged", List.of("error", "warn", "info", "debug"))
          .withDefault("info");

  private CommonSettings() {}

  public static List<Setting<?>> all() {
    return List.of(CLUSTER, TRUST_DOMAIN, CLUSTER_DOMAIN, LOG_LEVEL);
  }
}

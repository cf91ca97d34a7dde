package io.isthmus.images;

import java.util.List;
import java.util.Set;

/** The images of processes, each of one; in this order, since a training uses earlier ones. */
enum Image {
  SIDECAR(
      "sidecar",
      "proxy",
      "Isthmus sidecar: carries a workload's traffic over mutual TLS",
      new Start("proxy", "io.isthmus.proxy.training.SidecarTraining"),
      List.of(15001, 15006, 15008, 15020, 15021)),
  GATEWAY(
      "gateway",
      "eastwest-gateway",
      "Isthmus east-west gateway: the way into a cluster for linked clusters",
      new Start("proxy", "io.isthmus.gateway.training.GatewayTraining"),
      List.of(15008, 15020, 15021)),
  CONTROL(
      "control",
      "control",
      "Isthmus control plane: identities, trust bundles, configuration",
      new Start("control", "io.isthmus.images.training.MeshTraining"),
      List.of(8443, 15012, 15014, 15017)),
  MIRROR_CONTROLLER(
      "mirror-controller",
      "mirror-controller",
      "Isthmus mirror controller: Services of linked clusters",
      new Start("mirror-controller", "io.isthmus.images.training.MeshTraining"),
      List.of(15014));

  /**
   * Modules that libraries of ours could use and that no process of ours does: beans and databases
   * of micrometer and gson, the flight recorder of netty. Their classes are not reached; what is
   * started as a container in e2e/run images would fail.
   */
  private static final Set<String> UNUSED = Set.of("java.desktop", "java.sql", "jdk.jfr");

  private final String id;
  private final String module;
  private final String description;
  private final Start start;
  private final List<Integer> ports;

  /**
   * How its process is started.
   *
   * @param optionsOf the module whose {@code src/main/jvm/<module>.options} are the JVM's
   * @param training the program that trains its AOT cache
   */
  private record Start(String optionsOf, String training) {}

  Image(String id, String module, String description, Start start, List<Integer> ports) {
    this.id = id;
    this.module = module;
    this.description = description;
    this.start = start;
    this.ports = ports;
  }

  /** Without {@code isthmus-}. */
  String id() {
    return id;
  }

  /** Directory of the Maven module that packages its process. */
  String module() {
    return module;
  }

  String jar() {
    return "isthmus-" + module + ".jar";
  }

  String description() {
    return description;
  }

  /** Relative to the project's root. */
  String options() {
    return "%1$s/src/main/jvm/%1$s.options".formatted(start.optionsOf());
  }

  String training() {
    return start.training();
  }

  List<Integer> ports() {
    return ports;
  }

  /** Whether its Java runtime has a module that its jars refer to. */
  boolean takes(String javaModule) {
    // logging of the data plane is set up in code, of the others by an XML file
    return !UNUSED.contains(javaModule) && !(isOfTheDataPlane() && javaModule.equals("java.xml"));
  }

  /** Whether it carries traffic, and trusts nothing but the bundles that it is given. */
  boolean isOfTheDataPlane() {
    return start.optionsOf().equals("proxy");
  }
}
